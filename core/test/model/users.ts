import { erase } from "../../src/bot-instance/transitions/erase.ts";
import { MINUTE } from "../../src/time.ts";
import { LINK } from "../support/instances.ts";
import type { Fields } from "../support/memory-firestore/index.ts";
import { type Happening, LENGTHS, ORGANIZATIONS, ROOMS, STARTS } from "./happenings.ts";
import { instancesOf, meetingsOf, type Watch } from "./invariants.ts";
import type { World } from "./world.ts";

/** Users, who write what they like into their documents, and an operator who cleans up. */
export class Users {
  readonly #world: World;
  readonly #watch: Watch;
  readonly #random: () => number;
  readonly #began: number;
  readonly #removed: { path: string; fields: Fields }[] = [];

  constructor(world: World, watch: Watch, random: () => number) {
    this.#world = world;
    this.#watch = watch;
    this.#random = random;
    this.#began = world.now;
  }

  meeting(what: { org: number; room: number; start: number; length: number }): Fields {
    const start = STARTS[what.start];
    const length = LENGTHS[what.length];
    const at = this.#began + (start ?? this.#world.now - this.#began);
    return {
      meeting_url: ROOMS[what.room] ?? LINK,
      status: "scheduled",
      creator_organization_id: ORGANIZATIONS[what.org] ?? "A",
      ...(start !== undefined && { start: new Date(at).toISOString() }),
      ...(length !== undefined && { end: new Date(at + length).toISOString() }),
    };
  }

  async write(path: string, fields: Fields): Promise<void> {
    this.#want(path, fields);
    await this.#asUser(() => this.#world.direct.doc(path).set({ ...fields }));
  }

  /** What a document has asked for before, it may be shown. */
  #want(path: string, { start, creator_organization_id: organization }: Fields): void {
    const { now } = this.#world;
    const createdAt = this.#world.database.find(path)?.createTime.toMillis() ?? now;
    const key = `${path} ${createdAt} ${organization}`;
    const earlier = this.#watch.wantedSince.get(key) ?? Number.POSITIVE_INFINITY;
    // A bot is sent, and may be let in, before its meeting begins.
    const at = typeof start === "string" ? Date.parse(start) - 2 * MINUTE : now;
    this.#watch.wantedSince.set(key, Math.min(at, earlier));
  }

  async #asUser(write: () => Promise<unknown>): Promise<void> {
    this.#watch.isUser = true;
    await write();
    this.#watch.isUser = false;
  }

  #fields(path: string): Fields | undefined {
    return this.#world.database.find(path)?.fields;
  }

  async update(path: string, fields: Record<string, unknown>): Promise<void> {
    if (!this.#fields(path)) return;
    await this.#asUser(() => this.#world.direct.doc(path).update(fields));
  }

  async edit(path: string, { field, to }: Extract<Happening, { do: "edit" }>): Promise<void> {
    const before = this.#fields(path);
    if (!before) return;
    const at = new Date(this.#began + (STARTS[to % STARTS.length] ?? to * 10 * MINUTE));
    const changes: Record<typeof field, Record<string, unknown>> = {
      start: { start: at.toISOString() },
      end: { end: new Date(at.getTime() + 20 * MINUTE).toISOString() },
      room: { meeting_url: ROOMS[to % 2] },
      org: { creator_organization_id: ORGANIZATIONS[to % 2] },
      formats: { recording_options: { formats: to % 2 ? ["audio.mp3"] : ["video.mp4"] } },
      name: { bot_name: `bot ${to}` },
    };
    const after = { ...before, ...(changes[field] as Fields) };
    if (field === "org" || field === "room") this.#forget(path, before);
    this.#want(path, after);
    await this.update(path, changes[field]);
  }

  /** What a document shows may have been another meeting's. */
  #forget(path: string, fields: Fields | undefined): void {
    const { recording } = fields ?? {};
    const uri = (recording as Fields | undefined)?.["video_uri"];
    if (uri !== undefined) this.#watch.foreign.add(`${path} ${uri}`);
  }

  async overwrite(path: string): Promise<void> {
    const before = this.#fields(path);
    if (!before) return;
    const { meeting_url, status, creator_organization_id, start, bot_instance_id } = before;
    const keeps = this.#random() % 2 === 0 && typeof bot_instance_id === "string";
    const fields = {
      meeting_url,
      status,
      creator_organization_id,
      ...(start !== undefined && { start }),
      ...(keeps && { bot_instance_id }),
    };
    await this.#asUser(() => this.#world.direct.doc(path).set(fields));
  }

  async copy(from: string, to: string): Promise<void> {
    const fields = this.#fields(from);
    if (!fields || from === to) return;
    this.#forget(to, fields);
    await this.write(to, fields);
  }

  async erase(path: string): Promise<void> {
    const shown = meetingsOf(this.#world).find((one) => one.path === path)?.recording[
      "recorded_by"
    ];
    if (typeof shown !== "string") return;
    this.#world.start(`erase ${shown}`, async (store) => {
      const erased = await store.transact(shown, (now, at) => erase(now, { by: "user:x" }, at));
      if (erased.ok) await store.tellMeetings(shown);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#asUser(() => this.#world.direct.doc(path).delete());
  }

  /** An operator cleans up what has ended. */
  async removeInstance(index: number): Promise<void> {
    const over = instancesOf(this.#world).filter(
      ({ status, wakeAt }) =>
        (status === "done" || status === "failed" || status === "cancelled") &&
        wakeAt === undefined,
    );
    const gone = over[index];
    const fields = gone && this.#fields(`bot_instances/${gone.id}`);
    if (!gone || !fields) return;
    this.#removed.push({ path: `bot_instances/${gone.id}`, fields });
    this.#watch.removed.add(gone.id);
    await this.#asUser(() => this.#world.direct.doc(`bot_instances/${gone.id}`).delete());
  }

  async restoreInstance(): Promise<void> {
    const back = this.#removed.pop();
    if (!back) return;
    this.#watch.removed.delete(back.path.split("/").at(-1) ?? "");
    await this.#asUser(() => this.#world.direct.doc(back.path).set({ ...back.fields }));
  }
}
