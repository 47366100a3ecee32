import type { UploadView } from "../api.ts";
import type { ResumeRecord, StoredFile, TabMessage } from "../types.ts";
import { discard } from "./discard.ts";
import type { Visitor } from "./doorway.ts";
import { failureOf } from "./failures.ts";
import { Keepsake, storedBytes } from "./keepsake.ts";
import { fingerprintOf, isWorthKeeping, nameOf, type Office, type Source } from "./office.ts";
import { isSameFile } from "./sameFile.ts";
import { type Sender, Sending } from "./sending.ts";
import { type Ending, progressOf, Sharing } from "./sharing.ts";
import { isFinished, isUnderWay, newView, STILL } from "./views.ts";

/** One upload: what the person wants with it, and what it looks like. While it waits for its turn it is nothing else. */
export class Upload implements Sender {
  #view: UploadView;
  #source: Source | null = null;
  #keepsake: Keepsake;
  #sending: Sending | null = null;
  #turn: Visitor | null = null;
  /** Whether no other tab sends the file, because this one does. */
  #isOurs = false;
  /** Ends what is being done just now. */
  #doing: AbortController | null = null;
  #done: Promise<void> = Promise.resolve();

  private constructor(
    view: UploadView,
    readonly order: number,
    private readonly office: Office,
  ) {
    this.#view = view;
    this.#keepsake = new Keepsake(office);
  }

  static of(source: Source, key: string, order: number, office: Office): Upload {
    const upload = new Upload(newView(key, source.path, source.file), order, office);
    upload.#source = source;
    return upload;
  }

  /** One that a reload interrupted. */
  static from(record: ResumeRecord, order: number, office: Office): Upload {
    const view = newView(record.key, record.path, record);
    const needs = record.handle ? "permission" : "file";
    const sentBytes = storedBytes(record);
    const upload = new Upload({ ...view, sentBytes, state: "interrupted", needs }, order, office);
    upload.#keepsake = new Keepsake(office, record);
    return upload;
  }

  get view(): UploadView {
    return this.#view;
  }

  /** Where its file may be found, as long as it has none. */
  get handle(): FileSystemFileHandle | null {
    return this.#source ? null : (this.#keepsake.record?.handle ?? null);
  }

  /** Whether it can't go on by itself: interrupted, or following another tab without having the file. */
  get needsFile(): boolean {
    const { state } = this.#view;
    return state === "interrupted" || (state === "following" && this.#source === null);
  }

  /** The same for uploads of the same file. */
  get fileName(): string {
    if (this.#source) return nameOf(fingerprintOf(this.#source, this.office.endpoint));
    return this.#keepsake.record ? nameOf(this.#keepsake.record) : this.#view.key;
  }

  start(): void {
    this.#stop();
    this.show({ ...STILL, state: "queued" });
    const turn: Visitor = { order: this.order, bytes: this.#view.size, enter: () => this.#enter(turn) };
    this.#turn = turn;
    this.office.workshop.doorway.queue(turn);
  }

  /** Goes on after a pause or a failure, or tries at once what is waiting. */
  resume(): void {
    const { state } = this.#view;
    if (state === "paused" || state === "failed") this.start();
    else this.hurry();
  }

  hurry(): void {
    this.#sending?.patience.hurry();
  }

  pause(): void {
    if (!isUnderWay(this.#view)) return;
    if (this.#isOurs) this.#tell({ kind: "paused" });
    this.#stop();
    this.#rest();
  }

  /** Resolves when what it stored is removed, too. */
  async cancel(): Promise<void> {
    const { state } = this.#view;
    if (isFinished(this.#view)) return;
    this.show({ ...STILL, state: "cancelled" });
    this.#stop();
    // A segment still on its way would be stored after the others are gone.
    await this.#done;
    // What another tab sends is not ours to remove.
    const isTaken = state === "following" || (await this.#sharing?.isTaken(new AbortController().signal));
    if (!isTaken) await this.#discard();
  }

  /** Stops without a word, because the page goes. What is stored stays for later. */
  close(): void {
    this.#stop();
  }

  /** Measures its speed, and tells other tabs. To be called about twice a second. */
  tick(): void {
    if (this.#view.state !== "uploading" && this.#view.state !== "verifying") return;
    this.#sending?.tick();
    this.#tell(progressOf(this.#view));
  }

  /** Gives an interrupted one its file, and goes on. False, and nothing changes, when it is another file. */
  async supply(source: Source): Promise<boolean> {
    const { record } = this.#keepsake;
    if (!this.needsFile || !record) return false;
    this.#stop();
    if (this.#view.state === "following") this.#rest();
    const doing = new AbortController();
    this.#doing = doing;
    const { hasher } = this.office.workshop;
    const isSame = await isSameFile(source.file, record, hasher, doing.signal).catch(() => false);
    if (doing.signal.aborted) return false;
    if (isSame) this.#keepsake.confirm(source.file);
    if (isSame) this.#begin({ ...source, path: record.path });
    else this.watch();
    return isSame;
  }

  /** Where it was, its file is not. */
  loseHandle(): void {
    if (this.#view.state === "interrupted") this.show({ needs: "file" });
  }

  /**
   * Its file was chosen again. One that rests goes on with that, as what it had may have been moved since; and begins
   * anew when the content is another one all the same.
   */
  takeUp(source: Source): void {
    const { state } = this.#view;
    if (this.needsFile || state === "paused" || state === "failed") this.#begin(source);
    else this.hurry();
  }

  /** An interrupted one follows as soon as another tab sends it. */
  watch(): void {
    const sharing = this.#sharing;
    if (!sharing) return;
    this.#do(async (signal) => {
      while (this.#view.state === "interrupted") {
        await sharing.untilTaken(signal);
        await this.#follow(sharing, signal);
      }
    });
  }

  show(change: Partial<UploadView>): void {
    const before = this.#view;
    // What still comes in of a cancelled one is no news, unless it was stored after all.
    if (isFinished(before) && change.state !== "done") return;
    this.#view = { ...before, ...change };
    this.office.changed(before, this.#view);
  }

  /** Whether it keeps its place among those that send. */
  setBusy(isBusy: boolean): void {
    const { doorway } = this.office.workshop;
    if (this.#turn && isBusy) doorway.rise(this.#turn);
    else if (this.#turn) doorway.rest(this.#turn);
  }

  retrying(error: unknown, segment: number | null, delayMs: number): void {
    this.office.retrying({ key: this.#view.key, segment, failure: failureOf(error), delayMs });
  }

  get #sharing(): Sharing | null {
    const { tabs, workshop } = this.office;
    return tabs && isWorthKeeping(this.#view.size) ? new Sharing(this.fileName, tabs, workshop.clock) : null;
  }

  #begin(source: Source): void {
    this.#source = { ...source, handle: source.handle ?? this.handle };
    this.#sending = null;
    this.start();
  }

  #enter(turn: Visitor): void {
    this.#do(async (signal) => {
      const leave = () => this.office.workshop.doorway.leave(turn);
      const sharing = this.#sharing;
      const isOurs = await this.#send(sharing, signal).finally(leave);
      if (!isOurs && sharing) await this.#follow(sharing, signal);
    });
  }

  /** Does one thing after the other. A failure is shown, unless it was stopped. */
  #do(work: (signal: AbortSignal) => Promise<void>): void {
    const doing = new AbortController();
    const { signal } = doing;
    this.#doing = doing;
    const run = async () => {
      try {
        if (!signal.aborted) await work(signal);
      } catch (error) {
        if (!signal.aborted) this.show({ ...STILL, state: "failed", failure: failureOf(error) });
      }
    };
    this.#done = this.#done.then(run);
  }

  #stop(): void {
    this.#doing?.abort();
    if (this.#turn) this.office.workshop.doorway.leave(this.#turn);
    this.#turn = null;
  }

  /** Stands still until the person wants it to go on. */
  #rest(): void {
    const needs = this.handle ? "permission" : "file";
    if (this.#source) this.show({ ...STILL, state: "paused" });
    else this.show({ ...STILL, state: "interrupted", needs });
    void this.office.memory?.flush();
  }

  /** False when another tab sends the file. */
  async #send(sharing: Sharing | null, signal: AbortSignal): Promise<boolean> {
    const send = async (own: AbortSignal) => {
      if (!this.#source) return;
      this.#sending ??= new Sending(this, this.#source, this.#keepsake, this.office);
      this.#isOurs = true;
      const sent = this.#sending.run(own).finally(() => {
        this.#isOurs = false;
      });
      this.#finish(await sent);
    };
    if (sharing) return sharing.send(send, () => progressOf(this.#view), signal);
    await send(signal);
    return true;
  }

  /** Shows how far another tab is, and takes over when that ends without the file being stored. */
  async #follow(sharing: Sharing, signal: AbortSignal): Promise<void> {
    this.show({ ...STILL, state: "following" });
    const ending = await sharing.follow(({ sentBytes, bytesPerSecond, secondsLeft }) => {
      this.show({ sentBytes, bytesPerSecond, secondsLeft });
    }, signal);
    await this.#endFollowing(ending);
  }

  async #endFollowing(ending: Ending): Promise<void> {
    if (ending.kind === "done") return this.#show(ending.file);
    if (ending.kind === "cancelled") return this.show({ ...STILL, state: "cancelled" });
    if (ending.kind === "free" && this.#source) return this.start();
    if (!this.#source) await this.#keepsake.refresh();
    this.#rest();
  }

  #finish(file: StoredFile): void {
    this.#tell({ kind: "done", file });
    this.#keepsake.forget(this.#view.key);
    this.#sending = null;
    this.#show(file);
  }

  #show(file: StoredFile): void {
    this.show({ ...STILL, state: "done", sentBytes: this.#view.size, file });
  }

  async #discard(): Promise<void> {
    const { record } = this.#keepsake;
    this.#keepsake.forget(this.#view.key);
    if (!record) return;
    this.#tell({ kind: "cancelled" });
    const { uploadId, ticket } = record;
    const file = await discard({ id: uploadId, ticket }, this.office.workshop);
    if (file) this.#show(file);
  }

  #tell(message: TabMessage): void {
    this.#sharing?.tell(message);
  }
}
