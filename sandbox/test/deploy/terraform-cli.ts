import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, globSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "../../src/root.ts";

/** How one call of Terraform ended. */
export interface Outcome {
  code: number;
  /** What it printed, on both streams. */
  output: string;
}

/** A mirror of providers as `terraform providers mirror` lays it out, host first, where add-on software goes. */
const MIRROR = "/opt/*/*/hashicorp/aws";

/** Outside of what is staged, so that a provider is fetched once and not in every run. */
const CACHE = join(ROOT, "node_modules/.cache/terraform");

/** The path of the Terraform that the PATH has; undefined without one. */
export function findTerraform(path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, "terraform"))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Terraform on a copy of `deploy/`, so that what it leaves behind is not left in the repository. It gets
 * providers as the file that TF_CLI_CONFIG_FILE names says, if it is there; else from the mirror that
 * TF_PLUGIN_MIRROR names, or that is found; else from their registry.
 */
export class Terraform {
  readonly #program: string;
  readonly #folder: string;
  readonly #configFile: string;

  private constructor(program: string, folder: string, configFile: string) {
    this.#program = program;
    this.#folder = folder;
    this.#configFile = configFile;
  }

  /** Copies `deploy/` into a folder. */
  static async stage(program: string, folder: string): Promise<Terraform> {
    await cp(join(ROOT, "deploy"), join(folder, "deploy"), {
      recursive: true,
      filter: (source) => !source.endsWith(".terraform"),
    });
    await mkdir(CACHE, { recursive: true });
    const given = process.env["TF_CLI_CONFIG_FILE"];
    if (given && existsSync(given)) return new Terraform(program, folder, given);
    const configFile = join(folder, "terraform.rc");
    await writeFile(configFile, configurationFor(findMirror()));
    return new Terraform(program, folder, configFile);
  }

  /** Runs Terraform in a folder of `deploy/terraform`. */
  async run(module: string, ...args: string[]): Promise<Outcome> {
    const child = spawn(this.#program, args, {
      cwd: join(this.#folder, "deploy/terraform", module),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        CHECKPOINT_DISABLE: "1",
        TF_IN_AUTOMATION: "1",
        TF_CLI_CONFIG_FILE: this.#configFile,
        TF_PLUGIN_CACHE_DIR: CACHE,
      },
    });
    const ended = once(child, "close");
    const printed = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await ended;
    return { code: code ?? -1, output: printed.join("") };
  }
}

/** Only the mirror where there is one: what it does not have fails at once, and no machine is asked for it. */
function configurationFor(mirror: string | undefined): string {
  const source = mirror
    ? `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`
    : "direct {}";
  return `provider_installation {\n  ${source}\n}\n`;
}

function findMirror(): string | undefined {
  const named = process.env["TF_PLUGIN_MIRROR"];
  if (named) return named;
  const [found] = globSync(MIRROR);
  return found && dirname(dirname(dirname(found)));
}
