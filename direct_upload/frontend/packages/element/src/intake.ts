import { type ChosenFile, type FileBatches, filesFromDrop, filesFromInput } from "@direct-upload/client";
import type { Stage } from "./stage.ts";

/** Hands on what is chosen and what is dropped, in batches. */
export class Intake {
  constructor(
    private readonly stage: Stage,
    private readonly isOpen: () => boolean,
    private readonly take: (files: readonly ChosenFile[]) => void,
  ) {
    stage.input.addEventListener("change", () => this.#takeChosen());
    for (const kind of ["dragover", "dragleave", "drop"] as const)
      stage.zone.addEventListener(kind, (event) => this.#drag(event));
  }

  #drag(event: DragEvent): void {
    if (!this.isOpen() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.stage.zone.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") void this.#takeAll(filesFromDrop(event.dataTransfer));
  }

  #takeChosen(): void {
    void this.#takeAll(filesFromInput(this.stage.input));
    // The same file can be chosen again.
    this.stage.input.value = "";
  }

  async #takeAll(batches: FileBatches): Promise<void> {
    for await (const files of batches) this.take(files);
  }
}
