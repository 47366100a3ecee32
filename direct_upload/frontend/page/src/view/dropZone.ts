import { part } from "./elements.ts";

export interface Chosen {
  readonly files: readonly File[];
  /** How many folders were among what was dropped. */
  readonly folders: number;
}

/** Files by the file dialog, or dropped anywhere on the page. */
export function listenForFiles(onChosen: (chosen: Chosen) => void): void {
  const zone = part("drop-zone");
  const input = part("file-input") as HTMLInputElement;
  input.addEventListener("change", () => {
    onChosen({ files: [...(input.files ?? [])], folders: 0 });
    // Choosing the same file again is a change only from an empty input.
    input.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    zone.classList.add("dragging");
  });
  document.addEventListener("dragleave", (event) => {
    // Without a related target the pointer has left the window.
    if (event.relatedTarget === null) zone.classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    zone.classList.remove("dragging");
    if (!bringsFiles(event)) return;
    event.preventDefault();
    onChosen(droppedFiles(event.dataTransfer));
  });
}

function bringsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function droppedFiles(transfer: DataTransfer | null): Chosen {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file");
  const plain = items.filter((item) => !item.webkitGetAsEntry()?.isDirectory);
  const files = plain.flatMap((item) => item.getAsFile() ?? []);
  return { files, folders: items.length - plain.length };
}
