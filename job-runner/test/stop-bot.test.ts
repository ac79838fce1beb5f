import { stat } from "node:fs/promises";
import { expect } from "chai";
import { stopBot } from "../src/stop-bot.ts";
import { useScratch } from "./media/support/scratch.ts";

describe("stopBot", () => {
  const scratch = useScratch();
  let shutdowns: number;
  let errors: unknown[];

  beforeEach(() => {
    shutdowns = 0;
    errors = [];
  });

  const stop = (stopFile: string) => {
    const client = {
      shutdown: async () => {
        shutdowns += 1;
      },
    };
    return stopBot(stopFile, client, (error) => errors.push(error));
  };

  it("leaves a file for the bot's container and asks the bot itself, as often as it is called", async () => {
    await stop(scratch.path("stop"));
    await stop(scratch.path("stop"));

    expect((await stat(scratch.path("stop"))).isFile()).to.equal(true);
    expect(shutdowns).to.equal(2);
    expect(errors).to.deep.equal([]);
  });

  it("asks the bot although the file cannot be written, and reports that", async () => {
    await stop(scratch.path("no/such/folder/stop"));

    expect(shutdowns).to.equal(1);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ code: "ENOENT" });
  });
});
