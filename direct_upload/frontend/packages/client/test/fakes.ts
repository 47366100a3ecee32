import { FileUnreadable, Problem } from "../src/core/failures.ts";
import type {
  FileHandles,
  Fingerprint,
  Hasher,
  Network,
  PageGuard,
  ResumeRecord,
  ResumeStore,
  TabMessage,
  Tabs,
} from "../src/types.ts";

export { settle } from "./simulatedClock.ts";

export const never = new AbortController().signal;

export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** What is in a blob, known at once where a test made it. */
const contents = new WeakMap<Blob, string>();

export function contentOf(blob: Blob): string | Promise<string> {
  return contents.get(blob) ?? blob.text();
}

/** A file whose slices know their text, so that reading them takes no time. Each letter is one byte. */
export function textFile(text: string, name = "notes.txt", lastModified = 1): File {
  const file = new File([text], name, { type: "text/plain; charset=utf-8", lastModified });
  contents.set(file, text);
  file.slice = (start = 0, end = text.length) => {
    const slice = new Blob([text.slice(start, end)]);
    contents.set(slice, text.slice(start, end));
    return slice;
  };
  return file;
}

/** A file of that many bytes, of which none exists. */
export function hollowFile(size: number, name = "film.mov", lastModified = 1): File {
  const file = new File([], name, { type: "video/quicktime", lastModified });
  Object.defineProperty(file, "size", { value: size });
  file.slice = (start = 0, end = size) => {
    const slice = new Blob();
    Object.defineProperty(slice, "size", { value: end - start });
    contents.set(slice, `${name} ${start}-${end}`);
    return slice;
  };
  return file;
}

/** A stand-in for MD5 that tests can predict: the text itself. */
export class TextHasher implements Hasher {
  hashed = 0;
  failure: Error | null = null;
  #held: Promise<void> | null = null;
  readonly #gone = new WeakSet<Blob>();

  async md5(body: Blob, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.hashed += 1;
    if (this.#held) await Promise.race([this.#held, untilAborted(signal)]);
    if (this.#gone.has(body)) throw new FileUnreadable("NotFoundError");
    if (this.failure) throw this.failure;
    return `md5(${await contentOf(body)})`;
  }

  /** Answers nothing until the function that it returns is called. */
  hold(): () => void {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** The file is moved: what the page has of it leads nowhere. */
  move(file: File): void {
    const { slice } = file;
    this.#gone.add(file);
    file.slice = (start, end) => {
      const piece = slice.call(file, start, end);
      this.#gone.add(piece);
      return piece;
    };
  }
}

export class FakeNetwork implements Network {
  readonly #listeners = new Set<() => void>();
  #isOnline = true;

  get isOnline(): boolean {
    return this.#isOnline;
  }

  set isOnline(isOnline: boolean) {
    this.#isOnline = isOnline;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export class FakeResumeStore implements ResumeStore {
  readonly records = new Map<string, ResumeRecord>();
  puts = 0;

  list(endpoint: string): Promise<readonly ResumeRecord[]> {
    return Promise.resolve([...this.records.values()].filter((record) => record.endpoint === endpoint));
  }

  find({ endpoint, path, size, lastModified }: Fingerprint): Promise<ResumeRecord | null> {
    const isSame = (other: ResumeRecord) =>
      other.endpoint === endpoint &&
      other.path === path &&
      other.size === size &&
      other.lastModified === lastModified;
    return Promise.resolve([...this.records.values()].find(isSame) ?? null);
  }

  put(record: ResumeRecord): Promise<void> {
    this.puts += 1;
    this.records.set(record.key, record);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.records.delete(key);
    return Promise.resolve();
  }
}

type Hear = (message: TabMessage) => void;

/** A browser with tabs; `open` is a new one. */
export class FakeBrowser {
  readonly held = new Set<string>();
  readonly followers = new Map<string, Set<{ tab: FakeTab; hear: Hear }>>();
  readonly #waiting: Array<{ name: string; resolve: () => void }> = [];

  open(): FakeTab {
    return new FakeTab(this);
  }

  free(name: string): void {
    this.held.delete(name);
    for (const waiting of this.#waiting) if (waiting.name === name) waiting.resolve();
  }

  whenFree(name: string): Promise<void> {
    if (!this.held.has(name)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ name, resolve }));
  }
}

export class FakeTab implements Tabs {
  readonly #crash = new AbortController();

  constructor(private readonly browser: FakeBrowser) {}

  async hold(
    name: string,
    whenHeld: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    if (this.browser.held.has(name)) return false;
    this.browser.held.add(name);
    const crashed = new Promise<void>((resolve) => {
      this.#crash.signal.addEventListener("abort", () => resolve());
    });
    await Promise.race([whenHeld(signal), crashed]).finally(() => this.browser.free(name));
    return true;
  }

  whenFree(name: string, signal: AbortSignal): Promise<void> {
    return Promise.race([this.browser.whenFree(name), untilAborted(signal)]);
  }

  publish(name: string, message: TabMessage): void {
    if (this.#crash.signal.aborted) return;
    for (const { tab, hear } of [...(this.browser.followers.get(name) ?? [])])
      if (tab !== this) queueMicrotask(() => hear(message));
  }

  follow(name: string, hear: Hear): () => void {
    const followers = this.browser.followers.get(name) ?? new Set();
    this.browser.followers.set(name, followers);
    const follower = { tab: this, hear };
    followers.add(follower);
    return () => followers.delete(follower);
  }

  /** Ends without a word: what it held is free. */
  crash(): void {
    this.#crash.abort();
  }
}

export class FakeHandles implements FileHandles {
  readonly files = new Map<FileSystemFileHandle, File>();
  isGranted = false;
  willGrant = true;
  /** Whether one yes is for all files of the site. */
  grantsAll = true;
  asked = 0;
  readonly #granted = new Set<FileSystemFileHandle>();

  /** A handle that leads to the file. */
  handleOf(file: File): FileSystemFileHandle {
    const handle = { kind: "file", name: file.name } as FileSystemFileHandle;
    this.files.set(handle, file);
    return handle;
  }

  isAllowed(handle: FileSystemFileHandle): Promise<boolean> {
    return Promise.resolve(this.isGranted || this.#granted.has(handle));
  }

  ask(handle: FileSystemFileHandle): Promise<boolean> {
    this.asked += 1;
    if (this.willGrant && this.grantsAll) this.isGranted = true;
    else if (this.willGrant) this.#granted.add(handle);
    return Promise.resolve(this.willGrant);
  }

  async read(handle: FileSystemFileHandle): Promise<File | null> {
    return (await this.isAllowed(handle)) ? (this.files.get(handle) ?? null) : null;
  }
}

export class FakeGuard implements PageGuard {
  isHeld = false;

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
  }
}

export function rejection(...numbers: number[]): Problem {
  return new Problem(409, "segments-rejected", "Some segments are missing.", 0, numbers);
}

export const unavailable = () => new Problem(503, "storage-unavailable", "The storage does not answer.");
