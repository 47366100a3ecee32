/** A file that lies in a chosen folder, not read yet. */
export interface FoundFile {
  /** With the folders above it, from the one that was chosen: `holiday/beach.jpg`. */
  readonly path: string;
  readonly handle?: FileSystemFileHandle;
  /** Rejects when the file has gone or may not be read. */
  read(): Promise<File>;
}

/** Hears the path of a file or folder that could not be read. */
export type OnUnreadable = (path: string) => void;

/** All files below a file or folder that the File System API has given. Folders without files leave no trace. */
export async function* filesBelowHandle(
  handle: FileSystemHandle,
  onUnreadable: OnUnreadable,
  above = "",
): AsyncGenerator<FoundFile> {
  const path = above + handle.name;
  if (isFile(handle)) {
    yield { path, handle, read: () => handle.getFile() };
  } else if (isDirectory(handle)) {
    for await (const child of readable(handle.values(), path, onUnreadable))
      yield* filesBelowHandle(child, onUnreadable, `${path}/`);
  }
}

/** The same for the older API of dropped entries, which every browser has. */
export async function* filesBelowEntry(
  entry: FileSystemEntry,
  onUnreadable: OnUnreadable,
): AsyncGenerator<FoundFile> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFileEntry(entry)) {
    yield { path, read: () => new Promise((resolve, reject) => entry.file(resolve, reject)) };
  } else if (isDirectoryEntry(entry)) {
    for await (const child of readable(childrenOf(entry), path, onUnreadable))
      yield* filesBelowEntry(child, onUnreadable);
  }
}

/** `readEntries` gives some of the children, Chromium a hundred: only an empty answer means that there are no more. */
async function* childrenOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  const next = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  for (let children = await next(); children.length > 0; children = await next()) yield* children;
}

/** Ends early, and says so, where a folder can't be read on; its consumer's failures are not taken for that. */
async function* readable<T>(
  children: AsyncIterable<T>,
  path: string,
  onUnreadable: OnUnreadable,
): AsyncGenerator<T> {
  const iterator = children[Symbol.asyncIterator]();
  const next = () => iterator.next().catch(() => null);
  for (let child = await next(); child?.done !== true; child = await next()) {
    if (child === null) return onUnreadable(path);
    yield child.value;
  }
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
