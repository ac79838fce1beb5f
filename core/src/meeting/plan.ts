import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { afterChange, type Change } from "../bot-instance/change.ts";
import type { Patch } from "../bot-instance/transition.ts";
import type { RoomFacts } from "../session/claim-seat.ts";
import {
  currentIn,
  EMPTY_SESSION,
  type Occasion,
  type Session,
  seatsOf,
} from "../session/session.ts";
import type { Instant } from "../time.ts";
import type { LinkedMeeting } from "./linked-meeting.ts";

/** A link that is written, or removed where there is none in `link`. */
export interface LinkChange {
  instanceId: string;
  meetingPath: string;
  link?: LinkedMeeting;
}

/** What one transaction writes for a meeting. */
export interface Plan {
  /** What the meeting is linked to from now on or, when it is released, was linked to until now. */
  instance: BotInstance;
  created?: BotInstance;
  changed: Change[];
  links: LinkChange[];
  sessions: Readonly<Record<string, Session>>;
  /** The one that it was linked to before, of which it is still told: its recording stays the meeting's. */
  left?: BotInstance;
}

/** What a decision has changed so far: what is decided next is decided on that. */
export class Draft {
  readonly #instances: Map<string, BotInstance>;
  readonly #changes = new Map<string, Change>();
  readonly #sessions: Record<string, Session>;
  readonly #written = new Set<string>();
  readonly #links = new Map<string, LinkChange>();
  created: BotInstance | undefined;

  constructor(
    instances: ReadonlyMap<string, BotInstance>,
    sessions: Readonly<Record<string, Session>>,
  ) {
    this.#instances = new Map(instances);
    this.#sessions = { ...sessions };
  }

  /** An instance as it is after all that was changed; undefined when it was not read. */
  latest(id: string | undefined): BotInstance | undefined {
    if (id === undefined) return undefined;
    if (this.created?.id === id) return this.created;
    const change = this.#changes.get(id);
    return change ? afterChange(change) : this.#instances.get(id);
  }

  change(id: string, patch: Patch): BotInstance {
    const instance = this.latest(id);
    if (!instance) throw new Error(`${id} is changed without having been read.`);
    if (this.created?.id === id) {
      this.created = { ...instance, ...patch };
      return this.created;
    }
    const known = this.#changes.get(id);
    const change = {
      instance: known?.instance ?? instance,
      patch: { ...known?.patch, ...patch },
    };
    if (Object.keys(change.patch).length > 0) this.#changes.set(id, change);
    return afterChange(change);
  }

  link(instanceId: string, link: LinkedMeeting): void {
    const { meetingPath } = link;
    this.#forget(instanceId, meetingPath);
    this.#links.set(`${instanceId}/${meetingPath}`, { instanceId, meetingPath, link });
  }

  /** Whether a link that was changed is still there. */
  isLinked(instanceId: string, meetingPath: string): boolean {
    return this.#links.get(`${instanceId}/${meetingPath}`)?.link !== undefined;
  }

  /** Whether a link was removed, or wants its instance no more. */
  isUnlinked(instanceId: string, meetingPath: string): boolean {
    const change = this.#links.get(`${instanceId}/${meetingPath}`);
    return change !== undefined && change.link?.state !== "wanted";
  }

  unlink(instanceId: string, meetingPath: string): void {
    this.#forget(instanceId, meetingPath);
    this.#links.set(`${instanceId}/${meetingPath}`, { instanceId, meetingPath });
  }

  /** A link that the version before has made is a document from now on, or gone. */
  #forget(instanceId: string, meetingPath: string): void {
    const { meetings, wantedLinks } = this.latest(instanceId) ?? {};
    if (!meetings?.includes(meetingPath)) return;
    const rest = meetings.filter((path) => path !== meetingPath);
    this.change(instanceId, {
      meetings: rest.length > 0 ? rest : undefined,
      wantedLinks: wantedLinks ?? 0,
    });
  }

  session(key: string): Session {
    return this.#sessions[key] ?? EMPTY_SESSION;
  }

  writeSession(key: string, session: Session): void {
    this.#sessions[key] = session;
    this.#written.add(key);
  }

  /** The bots of a room that an occasion has to do with, without `self`. */
  room(key: string, occasion: Occasion, dueBy: Instant, self?: string): RoomFacts {
    const session = this.session(key);
    const current = this.latest(currentIn(session, dueBy));
    const twins = seatsOf(session, occasion)
      .filter(({ instanceId }) => instanceId !== self)
      .flatMap(({ instanceId }) => this.latest(instanceId) ?? []);
    return { session, current, older: this.latest(current?.takesOverFrom), twins };
  }

  /** Everything that is to be written; `instance` is what the meeting is linked to. */
  plan(instance: BotInstance, left?: BotInstance): Plan {
    return {
      instance,
      ...(this.created && { created: this.created }),
      changed: [...this.#changes.values()],
      links: [...this.#links.values()],
      sessions: Object.fromEntries([...this.#written].map((key) => [key, this.session(key)])),
      ...(left && { left }),
    };
  }
}
