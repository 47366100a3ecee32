import type { Problem } from "../core/failures.ts";
import { decodeProblem, type Fields, fields } from "./decode.ts";

/** Reads an answer that is no success. An error page of something in between counts as a problem without a code. */
export async function readProblem(response: Response): Promise<Problem> {
  return decodeProblem(await readFields(response), response.status, retryAfterMs(response));
}

async function readFields(response: Response): Promise<Fields> {
  if (!response.headers.get("Content-Type")?.includes("json")) return {};
  try {
    return fields(await response.json());
  } catch {
    return {};
  }
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}
