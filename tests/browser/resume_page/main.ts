/** The least page that uploads, goes on after a reload, and shows all that it knows of its uploads. */
import { createUploader, type FileBatches, filesFromDrop, filesFromInput } from "@direct-upload/client";

const MIB = 1 << 20;
const uploader = createUploader({ endpoint: "/", segmentBytes: MIB });
const rows = new Map<string, HTMLElement>();

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function show(key: string): void {
  const view = uploader.view(key);
  const row = rows.get(key) ?? document.createElement("li");
  rows.set(key, row);
  element("uploads").append(row);
  row.textContent = view?.path ?? "";
  Object.assign(row.dataset, { state: view?.state, needs: view?.needs, sent: view?.sentBytes });
}

async function add(batches: FileBatches): Promise<void> {
  for await (const files of batches) uploader.add(files);
}

/** Gives the file to the upload that waits for one. */
async function supply(file: File): Promise<void> {
  const waiting = uploader.views.find(({ state }) => state === "interrupted");
  const isSame = waiting !== undefined && (await uploader.supply(waiting.key, file));
  element("answer").textContent = isSame ? "the same file" : "another file";
}

uploader.on("changed", (keys) => keys.forEach(show));
element<HTMLInputElement>("add").onchange = ({ target }) =>
  void add(filesFromInput(target as HTMLInputElement));
element<HTMLInputElement>("supply").onchange = ({ target }) => {
  const [file] = (target as HTMLInputElement).files ?? [];
  if (file) void supply(file);
};
document.ondragover = (event) => event.preventDefault();
document.ondrop = (event) => {
  event.preventDefault();
  if (event.dataTransfer) void add(filesFromDrop(event.dataTransfer));
};
void uploader.restore().then(() => {
  element("answer").textContent = "restored";
});
