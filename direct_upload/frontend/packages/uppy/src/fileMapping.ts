import type { ChosenFile, StoredFile } from "@direct-upload/client";
import type { Body, Meta, UppyFile } from "@uppy/core";

/** What Uppy keeps as the response of a stored file: `StoredFile`, with the time as ISO 8601. */
export type DirectUploadBody = Omit<StoredFile, "createdAt"> & { readonly createdAt: string };

/** What Uppy, and Golden Retriever over a reload, keeps with a file that was begun. */
export interface KeptState {
  /** `UploadView.key`. */
  readonly key: string;
}

/** Uppy's file for the client, under the name that a person gave it in Uppy, in the folders that it came in. */
export function chosenFrom<M extends Meta, B extends Body>(file: UppyFile<M, B>, data: Blob): ChosenFile {
  return { file: asFile(data, nameOf(file), file.type), path: pathOf(file) };
}

export function pathOf<M extends Meta, B extends Body>(file: UppyFile<M, B>): string {
  return [...foldersOf(file), nameOf(file)].join("/");
}

function nameOf<M extends Meta, B extends Body>({ meta, name }: UppyFile<M, B>): string {
  return (meta.name || name).replaceAll("/", "_");
}

function foldersOf<M extends Meta, B extends Body>({ meta, data }: UppyFile<M, B>): string[] {
  // Not every browser knows folders.
  const path = meta.relativePath || (data instanceof File && data.webkitRelativePath) || "";
  return path.split("/").slice(0, -1).filter(Boolean);
}

/**
 * People rename files, Uppy guesses types that the browser does not know, and an edited image or a recording is a
 * nameless blob. Such a blob has no time of its own: it must look the same after a reload, when it is compared with
 * what was begun.
 */
function asFile(data: Blob, name: string, type: string): File {
  if (!(data instanceof File)) return new File([data], name, { type, lastModified: 0 });
  const isAsItIs = data.name === name && data.type === type;
  return isAsItIs ? data : new File([data], name, { type, lastModified: data.lastModified });
}

export function bodyFrom(file: StoredFile): DirectUploadBody {
  return { ...file, createdAt: file.createdAt.toISOString() };
}

declare module "@uppy/core/utils" {
  export interface LocalUppyFile<M extends Meta, B extends Body> {
    directUpload?: KeptState;
  }
  export interface RemoteUppyFile<M extends Meta, B extends Body> {
    directUpload?: KeptState;
  }
}
