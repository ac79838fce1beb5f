import { join } from "node:path";
import type { BotIdentity } from "../bot/bot-identity.ts";
import { findRecordings, type RecordingFile } from "../bot/recording-files.ts";
import { FollowedFile } from "./followed-file.ts";
import { RecentBytes } from "./recent-bytes.ts";
import { compareBeginnings, SEARCHED_BYTES } from "./recording-identity.ts";
import { savedTakePath, writeWhole } from "./saved-takes.ts";
import { Take } from "./take.ts";

const MIB = 1024 * 1024;

/** Read at once; held in memory. */
const CHUNK_BYTES = MIB / 4;

/** Kept of a file that the bot truncates: more than the parts are ever behind while storage works. */
const RECENT_BYTES = 16 * MIB;

/** Where to look, and who takes the bytes. */
export interface FollowerOptions {
  root: string;
  identity: BotIdentity;
  /** For what the bot's own files no longer hold; at most the recording's size. */
  workDir: string;
  /** Whether a process before this one may have left something there; default no. */
  isContinued?: boolean;
  /** Takes every byte of the recording once, in order; valid only during the call. */
  onBytes(bytes: Buffer): void;
}

/**
 * Finds the bot's files and reads what is new in them, as a sequence of takes. A file may be renamed,
 * replaced, truncated and begun anew, or rewritten with another head; a copy is no new take. What the
 * bot's files do not hold any more is saved in the work folder, for whoever follows them after this process.
 */
export class TakeFollower {
  readonly takes: Take[] = [];
  /** How many bytes there have been, in all takes. */
  bytes = 0;
  readonly #options: FollowerOptions;
  readonly #recent = new RecentBytes(RECENT_BYTES);
  /** One for all that is drained: fresh ones would be garbage of the recording's size. */
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly #opened: FollowedFile[] = [];
  /** A file that may be the next take, or the last one rewritten. */
  #candidate: FollowedFile | undefined;
  /** A rewritten file is believed to be another recording at the second look: it may have been half done. */
  #looksOther = false;
  #stopped = false;
  #isRestored: boolean;
  #saved: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#isRestored = !options.isContinued;
  }

  /** The file that is followed now. */
  get file(): FollowedFile | undefined {
    return this.#candidate ?? this.takes.at(-1)?.source?.file;
  }

  /** Looks once and reads what there is to its end; returns whether the bot has written meanwhile. */
  async look(): Promise<boolean> {
    const { root, identity } = this.#options;
    if (!this.#isRestored) await this.#restore();
    const before = this.bytes;
    const files = await findRecordings(root, identity);
    // After the names: of a file that has lost its own nothing is left behind.
    await this.#drain(this.takes.at(-1));
    await this.#findFile(files.filter(({ bytes }) => bytes > 0));
    const wrote = this.#candidate ? await this.#judge(this.#candidate) : false;
    return wrote || this.bytes > before;
  }

  /** Looks for the last time: what is still undecided then is no further take. */
  async finish(): Promise<void> {
    await this.look();
    if (this.#looksOther) await this.look();
    const take = this.takes.at(-1);
    if (take && !take.source) await this.#keepRecent(take);
    this.#stopped = true;
  }

  /**
   * Returns files that hold the recording, in order, copying into the work folder what has lost its
   * name; undefined when there is none of some of it.
   */
  async files(): Promise<string[] | undefined> {
    await this.#saved;
    const paths: string[] = [];
    for (const take of this.takes) {
      if (!take.isWhole) return undefined;
      await this.#save(take);
      if (take.source) paths.push(take.source.file.path);
    }
    return paths;
  }

  /** Closes every file. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#closing.abort();
    await this.#saved;
    await Promise.all(this.#opened.map((file) => file.close()));
  }

  /** Takes up what a process before this one has saved. */
  async #restore(): Promise<void> {
    for (;;) {
      await this.#drain(this.takes.at(-1));
      const file = await FollowedFile.open(this.#savedPath(this.takes.length + 1));
      if (!file) break;
      this.#opened.push(file);
      this.takes.push(new Take(this.bytes, { file, from: 0, shift: 0 }));
    }
    this.#isRestored = true;
  }

  /** Reads a take to its file's end; its source is forgotten when the file was rewritten. */
  async #drain(take: Take | undefined): Promise<void> {
    if (!take?.source) return;
    const { file, shift } = take.source;
    let isIntact = (await file.refresh()) !== "rewritten";
    while (isIntact && !this.#stopped && take.length + shift < file.size) {
      const at = take.length + shift;
      const count = Math.min(CHUNK_BYTES, file.size - at);
      const chunk = await file.read(at, count, this.#chunk);
      isIntact = chunk.length > 0 && (await file.isIntact());
      if (isIntact) this.#count(take, chunk);
    }
    if (isIntact) return;
    file.forget();
    take.source = undefined;
    this.#candidate = file;
  }

  #count(take: Take, chunk: Buffer): void {
    take.append(chunk);
    this.#recent.push(chunk);
    this.bytes += chunk.length;
    this.#options.onBytes(chunk);
  }

  /** Keeps to the followed file while it has a name; then the best one goes on for it. */
  async #findFile(files: readonly RecordingFile[]): Promise<void> {
    for (const { path } of files) {
      if (!(await this.file?.liesAt(path))) continue;
      if (this.file) this.file.path = path;
      return;
    }
    const [best] = files;
    const found = best && (await FollowedFile.open(best.path));
    if (!found) return;
    this.#opened.push(found);
    this.#candidate = found;
  }

  /** Decides what a file is to the last take; returns whether it was written to. */
  async #judge(file: FollowedFile): Promise<boolean> {
    const news = await file.refresh();
    if (news === "rewritten") file.forget();
    const take = this.takes.at(-1);
    if (take) await this.#compare(file, take);
    else await this.#begin(file);
    return news !== "same";
  }

  async #compare(file: FollowedFile, take: Take): Promise<void> {
    const verdict = compareBeginnings(take.head, await file.read(0, SEARCHED_BYTES));
    const lookedOther = this.#looksOther;
    this.#looksOther = verdict.kind === "different";
    if (verdict.kind === "same" && file.size >= take.length + verdict.shift) {
      take.source = { file, from: verdict.bodyByte, shift: verdict.shift };
      this.#candidate = undefined;
      await this.#drain(take);
    } else if (this.#looksOther && (take.source || lookedOther)) {
      await this.#begin(file);
    }
  }

  /** Begins a take that is in a file of its own. */
  async #begin(file: FollowedFile): Promise<void> {
    const last = this.takes.at(-1);
    if (last && !last.source) await this.#keepRecent(last);
    // Beside all else: it may be large. What cannot be saved is tried again when its file is wanted.
    else if (last) this.#saved = this.#saved.then(() => this.#save(last)).catch(() => undefined);
    const take = new Take(this.bytes, { file, from: 0, shift: 0 });
    this.takes.push(take);
    this.#candidate = undefined;
    this.#looksOther = false;
    await this.#drain(take);
  }

  /** Saves the end of a take whose file the bot has truncated: all of it when its head reaches that far. */
  async #keepRecent(take: Take): Promise<void> {
    const start = Math.max(take.startByte, this.#recent.start);
    const lost = start - take.startByte;
    const head = lost <= take.head.length ? take.head.subarray(0, lost) : Buffer.alloc(0);
    const from = lost - head.length;
    const number = this.takes.indexOf(take) + 1;
    const rest = join(this.#options.workDir, `rest-${number}.webm`);
    const path = from === 0 ? this.#savedPath(number) : rest;
    await writeWhole(path, [head, ...this.#recent.from(start)], this.#closing.signal);
    take.source = { file: await this.#open(path), from, shift: -from };
  }

  /** Copies a take whose file has lost its name: with this process it would be gone. */
  async #save(take: Take): Promise<void> {
    const before = take.source?.file;
    if (!before || !take.isWhole || (await before.liesAt(before.path))) return;
    const path = this.#savedPath(this.takes.indexOf(take) + 1);
    await writeWhole(path, take.contents(), this.#closing.signal);
    take.source = { file: await this.#open(path), from: 0, shift: 0 };
    // Only then is the room free that it took.
    await before.close();
  }

  #savedPath(number: number): string {
    return savedTakePath(this.#options.workDir, number);
  }

  async #open(path: string): Promise<FollowedFile> {
    const file = await FollowedFile.open(path);
    if (!file) throw new Error(`${path} has gone from the work folder.`);
    this.#opened.push(file);
    return file;
  }
}
