export { DirectUploadElement } from "./element.ts";
export type * from "./events.ts";
export type { LabelName, Labels } from "./labels.ts";
