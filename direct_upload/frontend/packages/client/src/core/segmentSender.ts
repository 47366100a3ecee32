import type { Lease } from "../types.ts";
import { attempt } from "./attempt.ts";
import { NetworkFailure, SegmentRefused } from "./failures.ts";
import type { LeaseKeeper } from "./lease.ts";
import { type Segment, segmentUrl } from "./segments.ts";
import type { Workshop } from "./workshop.ts";

/** A segment that makes no progress for so long is sent again. */
const STALL_MS = 60_000;

export interface SendObserver {
  /** Bytes moved, or a segment changed its standing. */
  progressed(): void;
  /** True when an attempt failed and another will follow, false when one succeeds again. */
  paused(retrying: boolean): void;
}

/** Brings single segments of one file into Swift. */
export class SegmentSender {
  constructor(
    private readonly file: Blob,
    private readonly leases: LeaseKeeper,
    private readonly workshop: Workshop,
    private readonly observer: SendObserver,
  ) {}

  /** Resolves when the segment is stored. Tries again what may be tried again; rejects with the last failure. */
  async send(segment: Segment, signal: AbortSignal): Promise<void> {
    const pause = () => this.observer.paused(true);
    await this.workshop.retrier.run(() => this.#try(segment, signal), signal, pause);
    segment.standing = "stored";
    this.observer.paused(false);
    this.observer.progressed();
  }

  async #try(segment: Segment, signal: AbortSignal): Promise<void> {
    const body = this.file.slice(segment.start, segment.end);
    segment.md5 ??= await this.workshop.hasher.md5(body, signal);
    const md5 = segment.md5;
    await this.workshop.sends.run(() => this.#deliver(segment, body, md5, signal), signal);
  }

  async #deliver(segment: Segment, body: Blob, md5: string, signal: AbortSignal): Promise<void> {
    const lease = await this.leases.current(signal);
    const url = segmentUrl(lease, segment.number);
    try {
      if (segment.standing === "doubtful" && (await this.#isStored(url, body.size, md5, signal))) return;
      segment.standing = "doubtful";
      await this.#put(url, body, md5, segment, signal);
    } catch (error) {
      segment.sentBytes = 0;
      // The reason of an abort, another segment's failure perhaps, says nothing about this one.
      if (!signal.aborted) this.#learn(error, segment, lease);
      throw error;
    }
  }

  async #isStored(url: string, bytes: number, md5: string, signal: AbortSignal): Promise<boolean> {
    const { store, clock } = this.workshop;
    const found = await attempt((own) => store.head(url, own), STALL_MS, clock, signal);
    return found !== null && found.md5 === md5 && found.size === bytes;
  }

  #put(url: string, body: Blob, md5: string, segment: Segment, signal: AbortSignal): Promise<string | null> {
    const { store, clock } = this.workshop;
    const work = (own: AbortSignal, alive: () => void) => {
      const onSent = (bytes: number) => {
        alive();
        segment.sentBytes = bytes;
        this.observer.progressed();
      };
      return store.put(url, body, md5, onSent, own);
    };
    return attempt(work, STALL_MS, clock, signal);
  }

  /**
   * What a failure tells. An unreadable one may be an expired signature, whose answer CORS hides, or a file that can't
   * be read any more: the next attempt takes a new signature and hashes again, which shows the latter.
   */
  #learn(error: unknown, segment: Segment, lease: Lease): void {
    if (error instanceof SegmentRefused) segment.standing = "absent";
    const isAmbiguous = error instanceof NetworkFailure;
    if (isAmbiguous || (error instanceof SegmentRefused && error.status === 401)) this.leases.distrust(lease);
    if (isAmbiguous || (error instanceof SegmentRefused && error.status === 422)) segment.md5 = null;
  }
}
