import { NetworkFailure, SegmentRefused } from "../src/core/failures.ts";
import type { Clock, SegmentStore, StoredSegment } from "../src/types.ts";
import { contentOf, never, untilAborted } from "./fakes.ts";

/**
 * How a PUT ends: `lost` without an answer; `lost-but-stored` too, but Swift has it; `held` when it is released, or
 * never; a number is Swift's answer.
 */
export type Outcome = "stored" | "lost" | "lost-but-stored" | "held" | number;

/** Swift in memory. `outcomes` says how the next PUTs of a segment end; without, they are stored. */
export class FakeSwift implements SegmentStore {
  readonly stored = new Map<string, StoredSegment>();
  readonly requests: string[] = [];
  /** The signatures of those requests. */
  readonly queries: string[] = [];
  readonly outcomes = new Map<number, Outcome[]>();
  /** Signatures that are refused, unreadably as in a browser. */
  readonly expired = new Set<string>();
  /** How long a PUT takes. */
  msForPut: (bytes: number) => number = () => 0;
  /** How long an aborted PUT goes on. */
  msToStop = 0;
  /** What was sent, in order. */
  readonly bodies: Blob[] = [];
  /** The checksums that came with it. */
  readonly told: (string | null)[] = [];
  /** The requests whose answers show what it stored; in others CORS hides it. */
  etagIn: readonly string[] = ["PUT", "HEAD"];
  /** The checksum of what arrives without one, if it is damaged on its way. */
  damage: string | null = null;
  /** While true, no request gets through. */
  isDown = false;
  sending = 0;
  mostAtOnce = 0;
  /** Ends all PUTs that are held. */
  release: () => void = () => {};
  #held = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  constructor(private readonly clock: Clock) {}

  async put(
    url: string,
    body: Blob,
    md5: string | null,
    onSent: (n: number) => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { number, query } = this.#note("PUT", url);
    this.bodies.push(body);
    this.told.push(md5);
    this.sending += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.sending);
    try {
      await this.#carry(body.size, onSent, signal);
      const kept = { md5: md5 ?? this.damage ?? `md5(${await contentOf(body)})`, size: body.size };
      await this.#end(this.#outcome(number, query), () => this.#keep(url, kept), signal);
      return this.etagIn.includes("PUT") ? kept.md5 : null;
    } finally {
      if (signal.aborted && this.msToStop > 0) await this.clock.wait(this.msToStop, never);
      this.sending -= 1;
    }
  }

  async head(url: string, signal: AbortSignal): Promise<StoredSegment | null> {
    const { query } = this.#note("HEAD", url);
    await Promise.resolve();
    signal.throwIfAborted();
    if (this.isDown || this.expired.has(query)) throw new NetworkFailure("hidden by CORS");
    const found = this.stored.get(url.split("?")[0] ?? "") ?? null;
    return found && !this.etagIn.includes("HEAD") ? { ...found, md5: null } : found;
  }

  count(request: string): number {
    return this.requests.filter((made) => made === request).length;
  }

  /** In two steps, so that a test may see a half. */
  async #carry(bytes: number, onSent: (n: number) => void, signal: AbortSignal): Promise<void> {
    const half = this.msForPut(bytes) / 2;
    if (half > 0) await this.clock.wait(half, signal);
    onSent(Math.floor(bytes / 2));
    if (half > 0) await this.clock.wait(half, signal);
    await Promise.resolve();
    signal.throwIfAborted();
    onSent(bytes);
  }

  #note(method: string, url: string): { number: number; query: string } {
    const [path = "", query = ""] = url.split("?");
    const number = Number(path.slice(-8));
    this.requests.push(`${method} ${number}`);
    this.queries.push(query);
    return { number, query };
  }

  #outcome(number: number, query: string): Outcome {
    if (this.isDown || this.expired.has(query)) return "lost";
    return this.outcomes.get(number)?.shift() ?? "stored";
  }

  #keep(url: string, segment: StoredSegment): void {
    this.stored.set(url.split("?")[0] ?? "", segment);
  }

  async #end(outcome: Outcome, keep: () => void, signal: AbortSignal): Promise<void> {
    if (outcome === "held") await Promise.race([this.#held, untilAborted(signal)]);
    if (typeof outcome === "number") throw new SegmentRefused(outcome);
    if (outcome !== "lost") keep();
    if (outcome === "lost" || outcome === "lost-but-stored") throw new NetworkFailure("no answer");
  }
}
