import { Problem } from "../core/failures.ts";
import { decodeRejected, fields } from "./decode.ts";

/** Reads an answer that is no success. An error page of something in between counts as a problem without a code. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = await readFields(response);
  const detail =
    body["detail"] ?? body["title"] ?? `The server answered ${response.status}. Try again in a while.`;
  return new Problem(
    response.status,
    String(body["code"] ?? ""),
    String(detail),
    retryAfterMs(response),
    decodeRejected(body["segments"]),
  );
}

async function readFields(response: Response): Promise<Readonly<Record<string, unknown>>> {
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
