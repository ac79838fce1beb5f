import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { ago, completing, inOrg, newCall, OUTPUT, startedFields, starting } from "./vocabulary.ts";

const CROWD = 200;
/** How many events of a room are worked on at once. */
const AT_ONCE = 4;
const BEAT_MS = 50;
const pathsOf = (count: number) => Array.from({ length: count }, (_, n) => `meetings/${n}`);

/** One bot that many meetings share. */
export function describeCrowds(use: () => StoreUnderTest): void {
  describe(`a bot that ${CROWD} meetings share`, function () {
    this.timeout(120_000);

    it("gets them all while its heartbeats go on, and tells them all how it ended", async () => {
      const paths = pathsOf(CROWD);
      // Planned, so that nobody is too late for what is recorded.
      await use().writeAll(paths, inOrg({ start: ago(MINUTE) }));
      const call = { ...newCall(), token: "t" };
      await use().store.serve("meetings/0", call);
      await use().store.transact(call.instanceId, starting);

      let joining = true;
      const beat = async () => {
        let beats = 0;
        for (; joining; beats++) {
          const progress = { secondsRecorded: beats };
          const outcome = await use().store.transact(call.instanceId, (instance, at) =>
            report(instance, { token: "t", runnerId: "r", progress }, at),
          );
          expect(outcome).to.include({ ok: true });
          // A real one beats every half minute; without any pause nobody else could write.
          await pause(BEAT_MS);
        }
        return beats;
      };
      const waiting = [...paths.slice(1)];
      const join = async () => {
        for (let path = waiting.pop(); path; path = waiting.pop()) {
          expect((await use().store.serve(path, newCall())).kind).to.equal("joined");
        }
      };
      const beats = beat();
      await Promise.all(Array.from({ length: AT_ONCE }, join));
      joining = false;
      expect(await beats).to.be.greaterThan(1);

      const ended = await use().store.transact(call.instanceId, completing);
      expect(ended.ok && ended.instance.wantedLinks).to.equal(CROWD);
      await use().store.tellMeetings(call.instanceId);
      await expectRecorded(paths, call.instanceId);
    });
  });

  describe("a bot that 600 meetings were linked to", function () {
    this.timeout(60_000);

    it("tells those that are still there", async () => {
      const paths = pathsOf(600);
      const there = paths.filter((_, n) => n % 3 !== 0);
      await use().writeAll(there, inOrg({ bot_instance_id: "x" }));
      await use().write("bot_instances/x", {
        ...startedFields(),
        creator_organization_id: "org",
        meetings: paths,
      });
      expect(await use().store.transact("x", completing)).to.include({ ok: true });
      await use().store.tellMeetings("x");
      await expectRecorded(there, "x");
      expect(await use().list("meetings")).to.have.length(there.length);
    });
  });

  async function expectRecorded(paths: string[], id: string): Promise<void> {
    for (const path of paths) {
      const meeting = await use().read(path);
      expect(meeting).to.include({ bot_instance_id: id });
      expect(meeting).to.have.nested.property("recording.video_uri", OUTPUT.uri);
    }
  }
}
