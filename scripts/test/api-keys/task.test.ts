import { expect } from "chai";
import { parseTask } from "../../api-keys/task.ts";

describe("the command line of npm run api-keys", () => {
  const wrong: readonly [args: string, told: string][] = [
    ["", "Say one of create, list, rotate, revoke"],
    ["burn", "Say one of"],
    ["list all --organization acme", "Say one of"],
    ["create --organization acme", "--name is missing"],
    ["create --organization a/b --name n", '--organization cannot be "a/b"'],
    ["rotate --key x --overlap soon", "--overlap must be a number of hours"],
    ["rotate --key a/b", '--key cannot be "a/b"'],
    ["list --nothing", "--nothing"],
  ];
  for (const [args, told] of wrong) {
    it(`cannot be "${args}"`, () => {
      expect(() => parseTask(args.split(" ").filter(Boolean))).to.throw(told);
    });
  }
});
