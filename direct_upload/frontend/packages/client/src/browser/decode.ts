import { Problem } from "../core/failures.ts";
import type { SignedTarget } from "../core/lease.ts";
import type { BegunUpload, FilePage, StoredFile, Target } from "../types.ts";

/** The answer is not what the protocol promises: the page and the server are of different ages. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null) throw new MalformedAnswer("Expected an object");
  return value as Fields;
}

export function decodeTarget(value: unknown): SignedTarget {
  const from = fields(value);
  const query = from["query"] === null ? null : text(from, "query");
  return { url: text(from, "url"), query, expires_at: text(from, "expires_at") };
}

/** `timed` knows when the target was asked for, and what the server's clock said. */
export function decodeUpload(value: unknown, timed: (target: SignedTarget) => Target): BegunUpload {
  const from = fields(value);
  return {
    id: text(from, "id"),
    ticket: text(from, "ticket"),
    segmentBytes: number(from, "segment_size"),
    target: timed(decodeTarget(from["target"])),
  };
}

/** Queries, one for each segment, and when they end by the server's clock. */
export function decodeSignatures(value: unknown): { queries: readonly string[]; expires_at: string } {
  const from = fields(value);
  const queries = list(from, "queries").map((query) => text({ query }, "query"));
  return { queries, expires_at: text(from, "expires_at") };
}

/** Addresses in the answer may be relative to `base`. */
export function decodeFile(value: unknown, base: string): StoredFile {
  const from = fields(value);
  return {
    id: text(from, "id"),
    name: text(from, "name"),
    size: number(from, "size"),
    type: text(from, "type"),
    etag: text(from, "etag"),
    createdAt: new Date(text(from, "created_at")),
    // Sites that hold nothing back need not say so.
    state: from["state"] === "held" ? "held" : "stored",
    downloadUrl: new URL(text(from, "download_url"), base).href,
  };
}

/** The answer of `GET /api/files`, whose addresses may be relative to `base`. Throws `MalformedAnswer` for any other. */
export function decodePage(value: unknown, base: string): FilePage {
  const from = fields(value);
  const files = list(from, "files").map((file) => decodeFile(file, base));
  return { files, next: from["next"] == null ? null : text(from, "next") };
}

/** The results of a batch, in its order: each as `decode` reads the member `name`, or a refusal. */
export function decodeResults<T>(
  value: unknown,
  name: string,
  decode: (result: unknown) => T,
): (T | Problem)[] {
  return list(fields(value), "results").map((result) => {
    const from = fields(result);
    return from["problem"] === undefined ? decode(from[name]) : decodeProblem(fields(from["problem"]));
  });
}

/** A refusal in the words of RFC 9457; `status` and `retryAfterMs` stand in where the body does not tell them. */
export function decodeProblem(body: Fields, status = 500, retryAfterMs = 0): Problem {
  const code = amount(body["status"]) ?? status;
  const detail = body["detail"] ?? body["title"] ?? `The server answered ${code}. Try again in a while.`;
  const seconds = amount(body["retry_after"]);
  const asked = seconds === null ? retryAfterMs : seconds * 1000;
  const rejected = decodeRejected(body["segments"]);
  const known = String(body["code"] ?? "");
  return new Problem(code, known, String(detail), asked, rejected, decodeRange(body), amount(body["limit"]));
}

function amount(value: unknown): number | null {
  return typeof value === "number" && value >= 0 ? value : null;
}

function decodeRange({ minimum, maximum }: Fields): Problem["range"] {
  return typeof minimum === "number" && typeof maximum === "number" ? { minimum, maximum } : null;
}

/** The numbers of rejected segments; none where the answer names none. */
function decodeRejected(value: unknown): number[] {
  return Array.isArray(value) ? value.map((segment) => number(fields(segment), "number")) : [];
}

function text(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value !== "string") throw new MalformedAnswer(`Expected text in ${key}`);
  return value;
}

function number(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== "number") throw new MalformedAnswer(`Expected a number in ${key}`);
  return value;
}

function list(from: Fields, key: string): readonly unknown[] {
  const value = from[key];
  if (!Array.isArray(value)) throw new MalformedAnswer(`Expected a list in ${key}`);
  return value;
}
