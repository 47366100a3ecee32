import type { Retry, UploadView } from "../api.ts";
import type { FileHandles, Fingerprint, PageGuard, ResumeStore, Tabs } from "../types.ts";
import type { Memory } from "./memory.ts";
import type { SendingPorts, Workshop } from "./workshop.ts";

/** What the world outside offers for keeping uploads over time and tabs. Null: not here, or not wanted. */
export interface KeepingPorts {
  readonly resumeStore: ResumeStore | null;
  readonly tabs: Tabs | null;
  readonly handles: FileHandles | null;
  readonly guard: PageGuard | null;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Ends what the ports keep running. */
  readonly close: () => void;
}

export type UploaderPorts = SendingPorts & KeepingPorts;

/** What the uploads of a page share, besides the way to Swift. */
export interface Office {
  readonly endpoint: string;
  readonly workshop: Workshop;
  readonly memory: Memory | null;
  readonly tabs: Tabs | null;
  readonly handles: FileHandles | null;
  readonly wallClock: () => number;
  /** An upload has a new view. */
  changed(before: UploadView, after: UploadView): void;
  retrying(retry: Retry): void;
}

/** A file with its path, and with the handle with which it is found again, if any. */
export interface Source {
  readonly file: File;
  readonly path: string;
  readonly handle: FileSystemFileHandle | null;
}

/** Smaller ones are sent before they could be remembered, or met in another tab. */
const WORTH_KEEPING_BYTES = 1 << 20;

export function isWorthKeeping(bytes: number): boolean {
  return bytes > WORTH_KEEPING_BYTES;
}

export function fingerprintOf({ file, path }: Source, endpoint: string): Fingerprint {
  return { endpoint, path, size: file.size, lastModified: file.lastModified };
}

/** One text for each fingerprint. */
export function nameOf({ endpoint, path, size, lastModified }: Fingerprint): string {
  return `${size}:${lastModified}:${endpoint}:${path}`;
}
