import { parseTask } from "../../webhooks/task.ts";
import { testWrongCommandLines } from "../wrong-command-lines.ts";

const ADD = "add --url https://example.com/hooks";

describe("the command line of npm run webhooks", () => {
  testWrongCommandLines(parseTask, [
    ["", "none of add, list, remove, enable, secret"],
    ["send", '"send" is none of'],
    ["list more", '"more" is one word too many'],
    ["remove we_1 more", '"more" is one word too many'],
    ["list --force", "--force"],
    ["remove", "The endpoint's id (we_…) is missing."],
    ["add --events recording.completed", "--url is missing."],
    [`${ADD} --events recording.finished`, '"recording.finished", but must be some of'],
    [ADD, "--events"],
  ]);
});
