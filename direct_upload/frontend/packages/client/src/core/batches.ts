import type { BegunUpload, Clock, Completion, ControlPlane, StoredFile, UploadWish } from "../types.ts";
import { Batcher } from "./batcher.ts";

/**
 * A completion of more segments is asked for alone: Swift looks at each, and small files must not wait for that. Nor does
 * the site take requests over 1 MiB.
 */
const FEW_SEGMENTS = 4;

/** The control plane, asked for many small files at once where it can be. */
export function inBatches(control: ControlPlane, clock: Clock): ControlPlane {
  const creating = new Batcher<UploadWish, BegunUpload>(
    {
      single: (wish, signal) => control.create(wish, signal),
      many: (wishes, signal) => control.createMany(wishes, signal),
    },
    clock,
  );
  const completing = new Batcher<Completion, StoredFile>(
    {
      single: (completion, signal) => control.complete(completion, signal),
      many: (completions, signal) => control.completeMany(completions, signal),
    },
    clock,
  );
  return {
    create: (wish, signal) => creating.ask(wish, signal),
    createMany: (wishes, signal) => control.createMany(wishes, signal),
    renew: (upload, signal) => control.renew(upload, signal),
    sign: (upload, numbers, signal) => control.sign(upload, numbers, signal),
    complete: (completion, signal) =>
      completion.md5s.length <= FEW_SEGMENTS
        ? completing.ask(completion, signal)
        : control.complete(completion, signal),
    completeMany: (completions, signal) => control.completeMany(completions, signal),
    discard: (upload, signal) => control.discard(upload, signal),
    findFile: (id, signal) => control.findFile(id, signal),
  };
}
