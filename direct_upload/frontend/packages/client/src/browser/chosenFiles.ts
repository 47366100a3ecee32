import type { ChosenFile } from "../api.ts";
import { showFilePicker, showFolderPicker } from "./fileHandles.ts";
import { type FoundFile, filesBelowEntry, filesBelowHandle, type OnUnreadable } from "./folders.ts";

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Hears the path of each file or folder that could not be read; the others come all the same. */
  readonly onUnreadable?: OnUnreadable;
}

/** Files as they are found, some at a time: hand each batch to `Uploader.add`. May be read once. */
export type FileBatches = AsyncIterable<readonly ChosenFile[]>;

/** Few enough that looking at them is no pause that one feels: Chromium asks the disk for the size of each. */
const BATCH_FILES = 50;

/**
 * The files of a drop, dropped folders with all that is in them. Call it in the `drop` event's handler, before any
 * `await`; read the answer whenever you like.
 */
export function filesFromDrop(transfer: DataTransfer, options?: ReadingOptions): FileBatches {
  // The items are gone when the handler returns, so all of them are taken now.
  const dropped = [...transfer.items].filter(({ kind }) => kind === "file").map(take);
  return inBatches(belowDropped(dropped, options?.onUnreadable), options);
}

/** The files of a paste: call it in the `paste` event's handler, with its `clipboardData`. */
export function filesFromPaste(transfer: DataTransfer, options?: ReadingOptions): FileBatches {
  return inBatches(listed([...transfer.files]), options);
}

/** The files of an `<input type="file">`, with their folders if it is a `webkitdirectory`. It may be cleared at once. */
export function filesFromInput(input: HTMLInputElement, options?: ReadingOptions): FileBatches {
  return inBatches(listed([...(input.files ?? [])]), options);
}

/**
 * Lets the person pick files, with handles: these uploads find their files again after a reload. No batch when the
 * picker is closed. Call it in a click's handler, and only where `canPickFiles()`.
 */
export function pickFiles(options?: ReadingOptions): FileBatches {
  return inBatches(belowPicked(showFilePicker(), options?.onUnreadable), options);
}

/** The same for a folder and all that is in it, where `canPickFolder()`. */
export function pickFolder(options?: ReadingOptions): FileBatches {
  return inBatches(belowPicked(showFolderPicker(), options?.onUnreadable), options);
}

/** The ways to one dropped thing, best first; which of them exist depends on the browser and on the thing. */
interface Dropped {
  readonly handle: Promise<FileSystemHandle | null> | undefined;
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
}

interface HandleGiver {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

function take(item: DataTransferItem): Dropped {
  return {
    handle: (item as HandleGiver).getAsFileSystemHandle?.().catch(() => null),
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  };
}

const ignore = () => {};

async function* belowDropped(
  dropped: readonly Dropped[],
  onUnreadable: OnUnreadable = ignore,
): AsyncGenerator<FoundFile> {
  for (const { handle, entry, file } of dropped) {
    const found = await handle;
    if (found) yield* filesBelowHandle(found, onUnreadable);
    else if (entry) yield* filesBelowEntry(entry, onUnreadable);
    else if (file) yield foundAs(file);
  }
}

function belowPicked(
  picking: Promise<readonly FileSystemHandle[]>,
  onUnreadable: OnUnreadable = ignore,
): AsyncIterable<FoundFile> {
  // Whoever reads the batches hears of a failure; until then it is no unhandled one.
  picking.catch(ignore);
  return (async function* () {
    for (const handle of await picking) yield* filesBelowHandle(handle, onUnreadable);
  })();
}

async function* listed(files: readonly File[]): AsyncGenerator<FoundFile> {
  yield* files.map(foundAs);
}

function foundAs(file: File): FoundFile {
  return { path: file.webkitRelativePath || file.name, read: () => Promise.resolve(file) };
}

async function* inBatches(
  found: AsyncIterable<FoundFile>,
  { signal, onUnreadable = ignore }: ReadingOptions = {},
): AsyncGenerator<readonly ChosenFile[]> {
  let batch: FoundFile[] = [];
  for await (const file of found) {
    signal?.throwIfAborted();
    batch.push(file);
    if (batch.length < BATCH_FILES) continue;
    yield await readAll(batch, onUnreadable);
    batch = [];
    await breath();
  }
  signal?.throwIfAborted();
  if (batch.length > 0) yield await readAll(batch, onUnreadable);
}

async function readAll(
  found: readonly FoundFile[],
  onUnreadable: OnUnreadable,
): Promise<readonly ChosenFile[]> {
  const read = found.map(async ({ path, handle, read }) => {
    const file = await read().catch(() => null);
    if (file === null) onUnreadable(path);
    return file && { file, path, ...(handle && { handle }) };
  });
  return (await Promise.all(read)).filter((chosen) => chosen !== null);
}

/** Lets the page draw and answer clicks. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
