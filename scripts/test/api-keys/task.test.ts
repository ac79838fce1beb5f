import { parseTask } from "../../api-keys/task.ts";
import { testWrongCommandLines } from "../wrong-command-lines.ts";

describe("the command line of npm run api-keys", () => {
  testWrongCommandLines(parseTask, [
    ["", "Say one of create, list, rotate, revoke"],
    ["burn", "Say one of"],
    ["list all --organization acme", "Say one of"],
    ["create --organization acme", "--name is missing"],
    ["create --organization a/b --name n", '--organization cannot be "a/b"'],
    ["rotate --key x --overlap soon", "--overlap must be a number of hours"],
    ["rotate --key a/b", '--key cannot be "a/b"'],
    ["list --nothing", "--nothing"],
  ]);
});
