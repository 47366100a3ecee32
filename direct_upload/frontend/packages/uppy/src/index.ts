export type { DirectUploadBody } from "./fileMapping.ts";
export type { DirectUploadOptions } from "./options.ts";
export { DirectUpload, DirectUpload as default } from "./plugin.ts";
export { UploadFailed } from "./reporter.ts";
