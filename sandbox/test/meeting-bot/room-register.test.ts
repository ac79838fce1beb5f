import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import {
  joinsOf,
  mostAtOnce,
  note,
  type Presence,
  presencesIn,
  presentBetween,
  roomOf,
} from "../../src/meeting-bot/room-register.ts";
import { watchRooms } from "../../src/room-watch.ts";
import { joinBody, startSimulator, stopSimulators } from "./support/simulator.ts";

const ROOM = "meet.google.com/abc-defg-hij";

describe("the register of who is in which room", function () {
  this.timeout(30_000);
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rooms-"));
    file = join(folder, "rooms.jsonl");
  });
  afterEach(async () => {
    await stopSimulators();
    await rm(folder, { recursive: true });
  });

  const register = (env = {}) => startSimulator({ SIM_ROOM_REGISTER: file, ...env });

  it("has a bot from its join to its leaving, by the meeting and not by its link's query", async () => {
    const bot = await register();
    const before = Date.now();
    await bot.attend("seconds=2&authuser=1");
    const [presence, ...others] = presencesIn(file);
    expect(others).to.deep.equal([]);
    expect(presence).to.include({ room: ROOM, botId: joinBody.botId });
    const { from = 0, inRoomAt = 0, to = 0 } = presence ?? {};
    expect(from).to.be.at.least(before);
    expect(inRoomAt).to.be.at.least(from);
    expect(to).to.be.within(inRoomAt, Date.now());
  });

  it("has one that is killed until its process has ended", async () => {
    const watch = watchRooms(file);
    const bot = await register({ SIM_SPEED: "1" });
    await bot.join("seconds=600");
    await bot.logged("recording started");
    expect(presencesIn(file)[0]).to.not.have.property("to");
    const killedAt = Date.now();
    bot.signal("SIGKILL");
    await bot.exitCode();
    await until(() => presencesIn(file)[0]?.to !== undefined, 10_000);
    watch.stop();
    expect(presencesIn(file)[0]?.to).to.be.within(killedAt, Date.now());
  });

  it("has one that crashes until it does, without a watch", async () => {
    const bot = await register();
    await bot.join("sandbox=crash&seconds=4&at=2");
    await bot.exitCode();
    expect(presencesIn(file)[0]).to.have.property("to").that.is.a("number");
  });

  it("has one that is refused at the door, and never inside", async () => {
    const bot = await register();
    await bot.attend("sandbox=denied");
    expect(presencesIn(file)).to.have.length(1);
    expect(presencesIn(file)[0]).to.not.have.property("inRoomAt");
  });

  it("knows which bots came before: the first ones are not let in, the next is", async () => {
    for (const [nth, cause] of [1, 2].entries()) {
      const bot = await register();
      await bot.attend("lobbyTimeouts=1&seconds=2");
      expect(joinsOf(file, ROOM)).to.equal(cause);
      expect(presencesIn(file)[nth]?.inRoomAt === undefined).to.equal(nth === 0);
      await bot.stop();
    }
  });

  it("has a bot at the door for as long as its lobby lasts, and leaves it there at last", async () => {
    const bot = await register({ SIM_SPEED: "100" });
    await bot.attend("lobby=20&seconds=2");
    const [{ from = 0, inRoomAt = 0 } = {}] = presencesIn(file);
    expect(inRoomAt - from).to.be.at.least(200);
    await bot.join("lobby=3600&seconds=2");
    await bot.logged("job ended", 2);
    expect(presencesIn(file)[1]).to.not.have.property("inRoomAt");
    expect(bot.callbacks("log")).to.have.length(1);
  });

  it("leaves nothing out when several write at once", async () => {
    const bots = await Promise.all([register(), register(), register()]);
    await Promise.all(bots.map((bot) => bot.attend("seconds=2")));
    expect(presencesIn(file)).to.have.length(3);
    for (const presence of presencesIn(file)) expect(presence).to.have.property("to");
  });

  it("is empty before the first bot comes, and skips a line that is not whole", async () => {
    expect(presencesIn(file)).to.deep.equal([]);
    note(file, { at: 1, event: "join-requested", room: ROOM, botId: "b", pid: 1 });
    expect(presencesIn(file)).to.have.length(1);
  });
});

describe("who was in a room at the same time", () => {
  const presence = (from: number, to: number | undefined, inRoomAt?: number): Presence => ({
    ...{ room: ROOM, botId: `b${from}`, pid: from, from },
    ...(to !== undefined && { to }),
    ...(inRoomAt !== undefined && { inRoomAt }),
  });

  it("is counted at the fullest moment, whoever follows whom", () => {
    expect(mostAtOnce([], ROOM)).to.equal(0);
    expect(mostAtOnce([presence(0, 10), presence(10, 20)], ROOM)).to.equal(1);
    expect(mostAtOnce([presence(0, 11), presence(10, 20), presence(15, 16)], ROOM)).to.equal(2);
    expect(mostAtOnce([presence(0, undefined), presence(10, undefined)], ROOM)).to.equal(2);
    expect(mostAtOnce([presence(0, 11), presence(10, 20)], "elsewhere")).to.equal(0);
  });

  it("can leave out who is at the door", () => {
    const all = [presence(0, 12, 1), presence(10, 20, 13), presence(11, 15)];
    expect(mostAtOnce(all, ROOM)).to.equal(3);
    expect(mostAtOnce(all, ROOM, { inside: true })).to.equal(1);
  });

  it("is found by the time", () => {
    const all = [presence(0, 10), presence(20, undefined)];
    const idsBetween = (from: number, to: number) =>
      presentBetween(all, ROOM, from, to).map(({ botId }) => botId);
    expect(idsBetween(5, 15)).to.deep.equal(["b0"]);
    expect(idsBetween(11, 19)).to.deep.equal([]);
    expect(idsBetween(10, 30)).to.deep.equal(["b0", "b20"]);
  });
});

describe("roomOf", () => {
  it("is the same for every spelling of a meeting's link", () => {
    for (const end of ["", "/", "?pwd=secret&sandbox=ok", "/?a=b#c"]) {
      expect(roomOf(`https://meet.google.com/abc-defg-hij${end}`)).to.equal(ROOM);
    }
  });
});
