import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../src/root.ts";
import { optionsOf, READ_ONLY } from "./deploy-bot-stubs.ts";

const FOLDER = join(ROOT, "deploy/ecs");
const shell = readFileSync(join(FOLDER, "deploy-bot.sh"), "utf8");
const powershell = readFileSync(join(FOLDER, "DeployBot.ps1"), "utf8");

// There is no PowerShell to run it with: what is compared is the text.
describe("deploy/ecs/DeployBot.ps1, compared with its twin", () => {
  it("calls the same commands in the same order", () => {
    const commands = commandsOf(shell);
    expect(commands).to.include.members(["docker build", "aws ecs update-service"]);
    expect(commandsOf(powershell)).to.deep.equal(commands);
  });

  it("takes the same parameters", () => {
    const parameters = powershell.slice(
      powershell.indexOf("param("),
      powershell.indexOf("Set-StrictMode"),
    );
    const names = [...parameters.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name.toLowerCase());
    const options = optionsOf(shell).map((option) => option.replaceAll("-", ""));
    expect(names).to.have.members(options);
    for (const name of names)
      expect(powershell.toLowerCase()).to.match(new RegExp(`^\\.parameter ${name}$`, "m"));
  });

  it("leaves out the same fields of what ECS says", () => {
    for (const field of [...Object.keys(READ_ONLY), "deregisteredAt"]) {
      expect(shell).to.include(`.${field}`);
      expect(powershell).to.include(`'${field}'`);
    }
  });

  it("ends with the same exit codes and the same words", () => {
    const words = (text: string) =>
      [...text.matchAll(/(?:failed|Stop-Failed|\}) ['"]([a-z ]+?)[:'"]/gi)].map(([, said]) => said);
    expect(words(shell)).to.include("the image could not be built");
    for (const said of words(shell)) expect(powershell).to.include(said);
    expect(powershell).to.match(/function Stop-Misused[^}]+exit 2\n\}/);
    expect(powershell).to.match(/function Stop-Failed[^}]+exit 1\n\}/);
  });
});

/** The programs that a script calls, with what each is asked to do, as they come; comments left out. */
function commandsOf(script: string): string[] {
  const code = script
    .replace(/<#[\s\S]*?#>/, "")
    .replace(/<<'END_USAGE'[\s\S]*?END_USAGE/, "")
    .replaceAll(/^\s*#.*$/gm, "")
    .replaceAll(/[',]/g, "")
    .replaceAll(/git -C \S+/g, "git");
  const COMMAND =
    /\b(git (?:status|rev-parse)|docker (?:login|build|push)|aws (?:sts|ec[rs]) [a-z-]+)/g;
  return [...code.matchAll(COMMAND)].map(([command]) => command);
}
