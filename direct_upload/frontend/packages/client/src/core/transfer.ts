import type { BegunUpload, StoredFile, Target, UploadTicket, UploadWish } from "../types.ts";
import { under } from "./abort.ts";
import { discard, ONCE } from "./discard.ts";
import { FileDamaged, isLostUpload, Problem } from "./failures.ts";
import { Gate } from "./gate.ts";
import { LeaseKeeper } from "./lease.ts";
import { cleanName, cleanType } from "./naming.ts";
import { type Job, SegmentSender } from "./segmentSender.ts";
import { boldBid, type SizeQuestion, wantedSegmentBytes } from "./segmentSize.ts";
import { SegmentTable } from "./segments.ts";
import { SignatureBook } from "./signatureBook.ts";
import { TooSlow } from "./trial.ts";
import type { Workshop } from "./workshop.ts";

const ANSWER_MS = 30_000;
/** The server has Swift look at every segment before it answers. */
const COMPLETE_MS = 180_000;
/** How often in all segments that Swift rejects at the end are sent again. */
const REPAIRS = 3;
/** Of one file's, those that are tried again included. */
const SEGMENTS_AT_ONCE = 16;

/** An upload that was begun, and what it can be continued from. */
export interface Begun {
  readonly uploadId: string;
  readonly ticket: string;
  readonly segmentBytes: number;
  /** Of the stored segments, by number. */
  readonly md5s: readonly (string | null)[];
}

interface Course {
  readonly ticket: UploadTicket;
  readonly segmentBytes: number;
  readonly table: SegmentTable;
  readonly sender: SegmentSender;
  /** It goes on in such segments only if the link turns out to be so fast; null: in any case. */
  readonly leastBytesPerSecond: number | null;
}

/** One file's way into Swift. It can be run again after a failure, and then does only what is missing. */
export class Transfer {
  #course: Course | null = null;

  /** `begun`: what to continue, if anything. */
  constructor(
    private readonly job: Job,
    private readonly workshop: Workshop,
    begun: Begun | null = null,
  ) {
    if (!begun) return;
    const upload = { id: begun.uploadId, ticket: begun.ticket };
    this.#course = this.#open(upload, begun.segmentBytes, null, begun.md5s);
  }

  get sentBytes(): number {
    return this.#course?.table.sentBytes ?? 0;
  }

  /** What it could be continued from; null as long as nothing is begun. */
  get begun(): Begun | null {
    if (!this.#course) return null;
    const { ticket, segmentBytes, table } = this.#course;
    return { uploadId: ticket.id, ticket: ticket.ticket, segmentBytes, md5s: table.md5s };
  }

  /** Resolves with the stored file. Rejects with the failure, or the signal's reason; call it again to continue. */
  async run(signal: AbortSignal): Promise<StoredFile> {
    try {
      return await this.#bring(this.#course ?? (await this.#begin(signal)), signal);
    } catch (error) {
      if (error instanceof TooSlow && this.#course) await discard(this.#course.ticket, this.workshop, ONCE);
      else if (!isLostUpload(error)) throw error;
      this.#forget(error);
      return await this.#bring(await this.#begin(signal), signal);
    }
  }

  async #begin(signal: AbortSignal): Promise<Course> {
    const { settings, flow } = this.workshop;
    const question = this.#question;
    const bid = settings.segmentBytes === null ? boldBid(question) : null;
    const tried = bid && flow.trial.take() ? bid : null;
    const wished = tried?.segmentBytes ?? wantedSegmentBytes(question);
    const upload = await this.#create(settings.segmentBytes ?? wished, signal);
    const course = this.#open(upload, upload.segmentBytes, upload.target);
    const isAsTried = upload.segmentBytes === tried?.segmentBytes;
    this.#course = { ...course, leastBytesPerSecond: isAsTried ? tried.leastBytesPerSecond : null };
    this.job.observer.advanced();
    return this.#course;
  }

  get #question(): SizeQuestion {
    const { settings, flow } = this.workshop;
    return {
      fileBytes: this.job.file.size,
      bytesPerSecond: flow.linkBytesPerSecond,
      maxBytesPerSecond: flow.pacer.bytesPerSecond,
      verify: settings.verify,
    };
  }

  /** When the site takes no segments of this size, the nearest that it takes. */
  async #create(segmentBytes: number | null, signal: AbortSignal): Promise<BegunUpload> {
    const { file, path, patience } = this.job;
    const type = cleanType(file.type);
    const wish: UploadWish = { name: cleanName(path), size: file.size, type, segmentBytes };
    try {
      return await patience.ask((own) => this.workshop.control.create(wish, own), ANSWER_MS, signal);
    } catch (error) {
      if (segmentBytes === null || !(error instanceof Problem) || error.code !== "invalid-segment-size")
        throw error;
      const nearest =
        error.range && Math.min(error.range.maximum, Math.max(error.range.minimum, segmentBytes));
      return this.#create(nearest === segmentBytes ? null : nearest, signal);
    }
  }

  #open(
    { id, ticket }: UploadTicket,
    segmentBytes: number,
    target: Target | null,
    md5s: readonly (string | null)[] = [],
  ): Course {
    const { control, clock } = this.workshop;
    const upload = { id, ticket };
    const renew = (signal: AbortSignal) =>
      this.job.patience.attempt((own) => control.renew(upload, own), ANSWER_MS, signal);
    const sign = (numbers: readonly number[], signal: AbortSignal) =>
      this.job.patience.attempt((own) => control.sign(upload, numbers, own), ANSWER_MS, signal);
    const table = new SegmentTable(this.job.file.size, segmentBytes, md5s);
    const now = () => clock.now();
    const book = new SignatureBook(sign, (number) => table.missingFrom(number), now);
    const leases = new LeaseKeeper(target, renew, book, now);
    const sender = new SegmentSender(this.job, table, leases, this.workshop);
    return { ticket: upload, segmentBytes, table, sender, leastBytesPerSecond: null };
  }

  #forget(why: unknown): void {
    this.#course = null;
    this.job.observer.advanced();
    this.job.observer.resending(why);
  }

  async #bring(course: Course, signal: AbortSignal): Promise<StoredFile> {
    for (let repairs = 0; ; repairs += 1) {
      await under(signal, (own) => this.#sendMissing(course, own));
      this.job.observer.verifying();
      try {
        return await this.#complete(course, signal);
      } catch (error) {
        if (!takeBack(error, course.table) || repairs >= REPAIRS) throw error;
        this.job.observer.resending(error);
      }
    }
  }

  async #complete({ ticket, table }: Course, signal: AbortSignal): Promise<StoredFile> {
    const md5s = table.all.map(({ md5 }) => md5 ?? "");
    const { control, hasher } = this.workshop;
    const call = (own: AbortSignal) => control.complete({ upload: ticket, md5s }, own);
    const file = await this.job.patience.ask(call, COMPLETE_MS, signal);
    // Swift's ETag of a large object is the MD5 of its segments' MD5s.
    const list = new Blob([md5s.join("")]);
    if (file.etag !== (await this.job.patience.repeat(() => hasher.md5(list, signal), signal)))
      throw new FileDamaged("Swift's ETag is not that of the segments that were sent");
    return file;
  }

  /** Sends all that is not stored. The first failure stops the other segments, and is the one that is told. */
  async #sendMissing({ table, sender, leastBytesPerSecond }: Course, own: AbortController): Promise<void> {
    const { signal } = own;
    const { flow, clock } = this.workshop;
    // Only at the very beginning: later there is something to lose, and a slow second may be anything.
    if (leastBytesPerSecond !== null && table.sentBytes === 0)
      flow.trial.judge(() => table.sentBytes, leastBytesPerSecond, own, clock).catch(() => undefined);
    const line = new Gate(SEGMENTS_AT_ONCE);
    const sending = new Set<Promise<void>>();
    try {
      for (const segment of table.missing) {
        const leave = await line.enter(signal);
        const place = await flow.segments.enter(signal, this.job.order);
        const sent = sender
          .send(segment, place, signal)
          .catch((error) => own.abort(error))
          .finally(() => {
            leave();
            sending.delete(sent);
          });
        sending.add(sent);
      }
    } finally {
      await Promise.all(sending);
    }
    signal.throwIfAborted();
  }
}

/** Marks the segments that Swift rejected as absent; false when the failure is not about segments. */
function takeBack(error: unknown, table: SegmentTable): boolean {
  if (!(error instanceof Problem)) return false;
  for (const number of error.rejected) {
    const segment = table.all[number];
    if (segment) table.takeBack(segment);
  }
  return error.rejected.length > 0;
}
