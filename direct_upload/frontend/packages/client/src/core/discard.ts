import type { StoredFile, UploadTicket } from "../types.ts";
import { Problem } from "./failures.ts";
import { Patience, type RetryPolicy } from "./patience.ts";
import type { Workshop } from "./workshop.ts";

const ANSWER_MS = 30_000;
/** Cleaning up is tried for so long. */
const UNTIL_DONE: RetryPolicy = { firstDelayMs: 500, longestDelayMs: 10_000, patienceMs: 90_000, damages: 1 };
/** For who has better things to wait for. */
export const ONCE: RetryPolicy = { ...UNTIL_DONE, patienceMs: 0 };

/**
 * Gives an upload up and has its segments removed. Resolves with the file if it was complete already, else null; never
 * rejects: what stays behind is swept by the site, and the person has asked for nothing more.
 */
export async function discard(
  upload: UploadTicket,
  workshop: Workshop,
  policy: RetryPolicy = UNTIL_DONE,
): Promise<StoredFile | null> {
  const { control, random, closing } = workshop;
  const patience = new Patience(workshop, random, { changed: () => {}, retrying: () => {} }, policy);
  try {
    await patience.ask((signal) => control.discard(upload, signal), ANSWER_MS, closing);
    return null;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 409) return null;
    return patience
      .ask((signal) => control.findFile(upload.id, signal), ANSWER_MS, closing)
      .catch(() => null);
  }
}
