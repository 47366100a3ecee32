import {
  canPickFiles,
  canPickFolder,
  type FileToUpload,
  filesFromDrop,
  filesFromPaste,
  pickFiles,
  pickFolder,
} from "@direct-upload/client";
import type { Batches } from "../model/controller.ts";

export interface Taker {
  setDragging(isDragging: boolean): void;
  take(batches: Batches): Promise<void>;
  readonly unreadable: () => void;
}

/** Files dropped anywhere on the page, or pasted into it. */
export function listenForFiles(target: Document, taker: Taker): void {
  const options = { onUnreadable: taker.unreadable };
  target.addEventListener("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    taker.setDragging(true);
  });
  target.addEventListener("dragleave", (event) => {
    // Without a related target the pointer has left the window.
    if (event.relatedTarget === null) taker.setDragging(false);
  });
  target.addEventListener("drop", (event) => {
    taker.setDragging(false);
    if (!bringsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    void taker.take(filesFromDrop(event.dataTransfer, options)).catch(taker.unreadable);
  });
  target.addEventListener("paste", (event) => {
    const { clipboardData } = event;
    if (!clipboardData || clipboardData.files.length === 0 || isElsewhere(event)) return;
    event.preventDefault();
    void taker.take(filesFromPaste(clipboardData, options)).catch(taker.unreadable);
  });
}

/** The browser's own pickers give handles, with which a file is found again after a reload. */
export function pickFilesHere(onUnreadable: () => void): Batches | null {
  return canPickFiles() ? pickFiles({ onUnreadable }) : null;
}

export function pickFolderHere(onUnreadable: () => void): Batches | null {
  return canPickFolder() ? pickFolder({ onUnreadable }) : null;
}

/** Lets the person choose one file. */
export async function pickOne(): Promise<FileToUpload | null> {
  if (!canPickFiles()) return chosenByInput();
  for await (const [first] of pickFiles()) if (first) return first;
  return null;
}

function chosenByInput(): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

function bringsFiles(event: DragEvent): boolean {
  return (event.dataTransfer?.types.includes("Files") ?? false) && !isElsewhere(event);
}

/** Uppy's window takes its files itself. */
function isElsewhere({ target }: Event): boolean {
  return target instanceof Element && target.closest(".uppy-Root") !== null;
}
