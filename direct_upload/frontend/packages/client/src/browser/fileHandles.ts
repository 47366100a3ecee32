import type { FileHandles } from "../types.ts";

/** What TypeScript's library does not know of the File System Access API, which only some browsers have. */
interface PermissionHolder {
  queryPermission?(descriptor: { readonly mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { readonly mode: "read" }): Promise<PermissionState>;
}

interface Pickers {
  showOpenFilePicker?(options: { readonly multiple: true }): Promise<FileSystemFileHandle[]>;
  showDirectoryPicker?(): Promise<FileSystemDirectoryHandle>;
}

/** Reads files through the handles of the File System Access API. */
export const browserFileHandles: FileHandles = {
  isAllowed: (handle) => isGranted(handle, (holder) => holder.queryPermission?.({ mode: "read" })),
  ask: (handle) => isGranted(handle, (holder) => holder.requestPermission?.({ mode: "read" })),
  read: (handle) => handle.getFile().catch(() => null),
};

/** Without the methods there is nothing to ask for: such handles lead into the page's own storage. */
async function isGranted(
  handle: FileSystemFileHandle,
  ask: (holder: PermissionHolder) => Promise<PermissionState> | undefined,
): Promise<boolean> {
  try {
    return ((await ask(handle as PermissionHolder)) ?? "granted") === "granted";
  } catch {
    // There was no click, or the page may not ask at all.
    return false;
  }
}

/** Whether `pickFiles` works here; elsewhere an `<input type="file">` does, without handles. */
export function canPickFiles(from: object = globalThis): boolean {
  return "showOpenFilePicker" in from;
}

/** Whether `pickFolder` works here; elsewhere an `<input webkitdirectory>` does, without handles. */
export function canPickFolder(from: object = globalThis): boolean {
  return "showDirectoryPicker" in from;
}

/** Shows the browser's file picker. Nothing when the person closes it. Needs a click. */
export function showFilePicker(from: object = globalThis): Promise<readonly FileSystemHandle[]> {
  return chosen((from as Pickers).showOpenFilePicker?.({ multiple: true }));
}

/** The same for one folder. */
export function showFolderPicker(from: object = globalThis): Promise<readonly FileSystemHandle[]> {
  const picking = (from as Pickers).showDirectoryPicker?.();
  return chosen(picking?.then((folder) => [folder]));
}

async function chosen<T extends FileSystemHandle>(picking: Promise<T[]> | undefined): Promise<readonly T[]> {
  if (!picking) throw new DOMException("This browser has no such picker", "NotSupportedError");
  try {
    return await picking;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return [];
    throw error;
  }
}
