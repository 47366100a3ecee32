import { type Watched, watched } from "./watch.ts";
import type { Prepare, Task, Upload } from "./way.ts";

const WAYS: Readonly<Record<string, () => Promise<{ readonly prepare: Prepare }>>> = {
  client: () => import("./client.ts"),
  single: () => import("./single.ts"),
  uppy: () => import("./uppy.ts"),
};

/** Long enough for a worker to have started. */
const SETTLING_MS = 500;

let upload: Upload | null = null;

/** What the bench calls, over DevTools. */
const comparison = {
  async prepare(task: Task): Promise<void> {
    const way = WAYS[task.way];
    if (!way) throw new Error(`There is no way ${task.way}`);
    upload = (await way()).prepare(task);
    await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  },
  async run(): Promise<Watched> {
    const files = Array.from(document.querySelector("input")?.files ?? []);
    return await watched(async () => upload?.(files));
  },
};

Object.assign(globalThis, { comparison });
