/** A blob that is read from its beginning to its end. */
export interface ReadInto {
  /** Fills `target`. Rejects with the browser's `DOMException` when the bytes can't be had. */
  read(target: Uint8Array): Promise<void>;
  close(): void;
}

/** Reads at most `mostBytes` at a time. */
export function openBlob(body: Blob, mostBytes: number): ReadInto {
  try {
    return new StreamReading(body.stream().getReader({ mode: "byob" }), mostBytes);
  } catch (error) {
    if (error instanceof TypeError) return new SliceReading(body);
    throw error;
  }
}

/** The browser writes into one buffer over and over: less than half the work of new chunks, or of slices. */
class StreamReading implements ReadInto {
  #buffer: ArrayBuffer;

  constructor(
    private readonly reader: ReadableStreamBYOBReader,
    mostBytes: number,
  ) {
    this.#buffer = new ArrayBuffer(mostBytes);
  }

  async read(target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      const wanted = Math.min(this.#buffer.byteLength, target.length - filled);
      const { value, done } = await this.reader.read(new Uint8Array(this.#buffer, 0, wanted));
      if (done || !value) throw new DOMException("The file is shorter than it was", "NotReadableError");
      target.set(value, filled);
      filled += value.length;
      this.#buffer = value.buffer;
    }
  }

  close(): void {
    // Fails when the stream has failed, which is known.
    this.reader.cancel().catch(() => undefined);
  }
}

/** For browsers whose blob streams don't fill buffers. */
class SliceReading implements ReadInto {
  #offset = 0;

  constructor(private readonly body: Blob) {}

  async read(target: Uint8Array): Promise<void> {
    const slice = this.body.slice(this.#offset, this.#offset + target.length);
    const bytes = new Uint8Array(await slice.arrayBuffer());
    if (bytes.length < target.length)
      throw new DOMException("The file is shorter than it was", "NotReadableError");
    target.set(bytes);
    this.#offset += bytes.length;
  }

  close(): void {}
}

/**
 * The name of the error with which reading a blob has failed. Chromium's streams fail with a `TypeError` whatever the
 * reason is; reading a byte without a stream tells it.
 */
export async function whyUnread(error: unknown, body: Blob): Promise<string> {
  if (!(error instanceof TypeError)) return nameOf(error);
  try {
    await body.slice(0, 1).arrayBuffer();
    return nameOf(error);
  } catch (reason) {
    return nameOf(reason);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
