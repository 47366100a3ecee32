export type * from "./api.ts";
export * from "./browser/chosenFiles.ts";
export { HttpControlPlane } from "./browser/controlPlane.ts";
export { canPickFiles, canPickFolder } from "./browser/fileHandles.ts";
export { steadyClock } from "./browser/steadyClock.ts";
export * from "./core/failures.ts";
export { isFinished, isUnderWay } from "./core/views.ts";
export { createUploader } from "./createUploader.ts";
export type * from "./types.ts";
