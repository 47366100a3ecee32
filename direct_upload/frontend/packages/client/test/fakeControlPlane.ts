import { NetworkFailure, Problem } from "../src/core/failures.ts";
import type {
  BegunUpload,
  Clock,
  Completion,
  ControlPlane,
  SegmentSignatures,
  StoredFile,
  Target,
  UploadTicket,
  UploadWish,
} from "../src/types.ts";

export type Call = Exclude<keyof FakeControlPlane, "calls"> & keyof ControlPlane;

/** A control plane in memory. `failures` says how the next calls of a kind fail; without, they succeed. */
export class FakeControlPlane implements ControlPlane {
  readonly calls: Call[] = [];
  readonly created: UploadWish[] = [];
  readonly failures = new Map<Call, Error[]>();
  readonly completed: Array<readonly string[]> = [];
  segmentBytes = 4;
  leaseMs = 600_000;
  /** Whether the cluster takes one signature for all segments. */
  signsPrefixes = true;
  /** The segments that were signed together, in order. */
  readonly signed: Array<readonly number[]> = [];
  /** While true, no request gets through. */
  isDown = false;
  /** How long every answer takes. */
  answerMs = 0;
  /** What Swift says of the file that it made. */
  etagOf = (md5s: readonly string[]) => `md5(${md5s.join("")})`;
  readonly #files = new Map<string, StoredFile>();
  #signatures = 0;

  constructor(private readonly clock: Clock) {}

  async create(wish: UploadWish, signal: AbortSignal): Promise<BegunUpload> {
    await this.#answer("create", signal);
    return this.#begin(wish);
  }

  async createMany(wishes: readonly UploadWish[], signal: AbortSignal): Promise<(BegunUpload | Error)[]> {
    await this.#answer("createMany", signal);
    return wishes.map((wish) => this.failures.get("create")?.shift() ?? this.#begin(wish));
  }

  async renew({ id }: UploadTicket, signal: AbortSignal): Promise<Target> {
    await this.#answer("renew", signal);
    return this.#target(id);
  }

  async sign(_: UploadTicket, numbers: readonly number[], signal: AbortSignal): Promise<SegmentSignatures> {
    await this.#answer("sign", signal);
    this.signed.push(numbers);
    this.#signatures += 1;
    const queries = numbers.map((number) => `sig=${this.#signatures}&segment=${number}`);
    return { queries, renewAt: this.clock.now() + this.leaseMs };
  }

  async complete(completion: Completion, signal: AbortSignal): Promise<StoredFile> {
    await this.#answer("complete", signal);
    return this.#complete(completion);
  }

  async completeMany(
    completions: readonly Completion[],
    signal: AbortSignal,
  ): Promise<(StoredFile | Error)[]> {
    await this.#answer("completeMany", signal);
    return completions.map((each) => this.failures.get("complete")?.shift() ?? this.#complete(each));
  }

  async discard({ id }: UploadTicket, signal: AbortSignal): Promise<void> {
    await this.#answer("discard", signal);
    if (this.#files.has(id)) throw new Problem(409, "already-complete", "It is stored.");
  }

  async findFile(id: string, signal: AbortSignal): Promise<StoredFile> {
    await this.#answer("findFile", signal);
    return this.#files.get(id) ?? storedFile(id);
  }

  count(call: Call): number {
    return this.calls.filter((made) => made === call).length;
  }

  #begin(wish: UploadWish): BegunUpload {
    this.created.push(wish);
    const id = `upload-${this.created.length}`;
    const segmentBytes = wish.segmentBytes ?? this.segmentBytes;
    return { id, ticket: `ticket of ${id}`, segmentBytes, target: this.#target(id) };
  }

  #complete({ upload, md5s }: Completion): StoredFile {
    this.completed.push(md5s);
    const file = { ...storedFile(upload.id), etag: this.etagOf(md5s) };
    this.#files.set(upload.id, file);
    return file;
  }

  async #answer(call: Call, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    if (this.answerMs > 0) await this.clock.wait(this.answerMs, signal);
    await Promise.resolve();
    signal.throwIfAborted();
    if (this.isDown) throw new NetworkFailure("no answer");
    const failure = this.failures.get(call)?.shift();
    if (failure) throw failure;
  }

  #target(id: string): Target {
    const url = `http://swift/${id}/`;
    if (!this.signsPrefixes) return { url, query: null };
    this.#signatures += 1;
    return { url, query: `sig=${this.#signatures}`, renewAt: this.clock.now() + this.leaseMs };
  }
}

export function storedFile(id: string): StoredFile {
  const told = { name: `${id}.txt`, size: 1, type: "text/plain", etag: `etag of ${id}` };
  return { id, ...told, createdAt: new Date(0), state: "stored", downloadUrl: `http://page/files/${id}` };
}
