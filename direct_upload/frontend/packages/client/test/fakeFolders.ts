/** Folders in memory: a text is a file, an object a folder, an error what reading gives. */
export interface Folder {
  readonly [name: string]: string | Folder | Error;
}

type Content = Folder[string];

/** As the File System API shows it. */
export function handleOf(name: string, content: Content): FileSystemHandle {
  const isFolder = typeof content === "object" && !(content instanceof Error);
  const handle = isFolder ? folderHandle(name, content) : fileHandle(name, content);
  return handle as unknown as FileSystemHandle;
}

function fileHandle(name: string, content: Content) {
  return { kind: "file", name, getFile: () => read(name, content) };
}

function folderHandle(name: string, folder: Folder) {
  async function* values() {
    for (const [child, content] of Object.entries(folder)) {
      if (child === BROKEN) throw await Promise.resolve(content);
      yield handleOf(child, content);
    }
  }
  return { kind: "directory", name, values };
}

/** The name of a child at which listing a folder fails. */
export const BROKEN = "(broken)";

/** As `webkitGetAsEntry` shows it. */
export function entryOf(path: string, content: Content): FileSystemEntry {
  const isFile = typeof content !== "object" || content instanceof Error;
  const name = path.split("/").at(-1) ?? "";
  const common = { name, fullPath: path, isFile, isDirectory: !isFile };
  const own = isFile
    ? {
        file: (found: FileCallback, failed: ErrorCallback) => void read(name, content).then(found, failed),
      }
    : { createReader: () => reader(path, content) };
  return { ...common, ...own } as unknown as FileSystemEntry;
}

/** As many children as Chromium gives at once. */
const AT_ONCE = 100;

function reader(path: string, folder: Folder) {
  const left = Object.entries(folder);
  return {
    readEntries(found: FileSystemEntriesCallback, failed: ErrorCallback) {
      const some = left.splice(0, AT_ONCE);
      const broken = some.find(([name]) => name === BROKEN);
      if (broken) failed(broken[1] as DOMException);
      else found(some.map(([name, content]) => entryOf(`${path}/${name}`, content)));
    },
  };
}

function read(name: string, content: Content): Promise<File> {
  if (content instanceof Error) return Promise.reject(content);
  return Promise.resolve(new File([String(content)], name));
}
