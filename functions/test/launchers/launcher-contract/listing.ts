import { SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { type LauncherBench, listed, newScope } from "./bench.ts";

/** Ids that a user's own documents may have: anything without a slash. */
const IDS = ["-._~", "Besprechung: Ä & Ö (#7), 50 %", "i".repeat(300)];

/** What a launcher tells of what runs. */
export function describeListing(use: () => LauncherBench): void {
  describe("listing", () => {
    it("tells of what runs in one's own scope, and of nothing in another's", async () => {
      const [mine, theirs] = [newScope(), newScope()];
      const since = Date.now();
      const { execution, request } = await use().launched({ scope: mine });
      const foreign = await use().launched({ scope: theirs });
      const [running, ...others] = await listed(use().world.launcher, mine);
      expect(others).to.deep.equal([]);
      const { instance, token } = request;
      expect(running).to.include({ instanceId: instance.id, token });
      expect(running?.execution).to.include({ launcher: execution.launcher, name: execution.name });
      // Some platforms tell the second and no more.
      expect(running?.startedAt).to.be.within(since - SECOND, Date.now());
      const tokens = (await listed(use().world.launcher, theirs)).map((listed) => listed.token);
      expect(tokens).to.deep.equal([foreign.request.token]);
    });

    it("tells scopes apart that are nearly the same", async () => {
      const scope = newScope();
      const nearly = [`${scope}2`, scope.replace("/", "-"), scope.replace(/[()]/g, "")];
      for (const other of nearly) await use().launched({ scope: other });
      expect(await listed(use().world.launcher, scope)).to.deep.equal([]);
    });

    for (const instanceId of IDS) {
      it(`knows the instance ${instanceId.slice(0, 30)}`, async () => {
        const scope = newScope();
        await use().launched({ scope, instanceId });
        const ids = (await listed(use().world.launcher, scope)).map((listed) => listed.instanceId);
        expect(ids).to.deep.equal([instanceId]);
      });
    }

    it("leaves out what has ended, and what has vanished", async () => {
      const scope = newScope();
      const { execution } = await use().launched({ scope, script: "exit 13" });
      await use().ended(execution);
      await use().vanished({ scope });
      expect(await listed(use().world.launcher, scope)).to.deep.equal([]);
    });
  });
}
