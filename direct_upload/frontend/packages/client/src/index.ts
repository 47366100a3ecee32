export { HttpControlPlane } from "./browser/controlPlane.ts";
export { HttpSegmentStore } from "./browser/segmentStore.ts";
export { steadyClock } from "./browser/steadyClock.ts";
export { startMd5Workers, WorkerHasher } from "./browser/workerHasher.ts";
export * from "./core/failures.ts";
export * from "./core/summary.ts";
export * from "./core/uploads.ts";
export { type Limits, openWorkshop, type Workshop } from "./core/workshop.ts";
export type * from "./types.ts";
