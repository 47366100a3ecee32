import { createUploader } from "@direct-upload/client";
import type { Prepare } from "./way.ts";

/** Our own client, as a page would use it. */
export const prepare: Prepare = ({ verify, segmentBytes }) => {
  const uploader = createUploader({ verify, segmentBytes });
  return (files) =>
    new Promise((resolve, reject) => {
      uploader.on("settled", (view) => {
        if (view.state !== "done") reject(new Error(`${view.name}: ${view.failure?.detail ?? view.state}`));
      });
      uploader.on("idle", ({ done, total }) => {
        if (done === total && done === files.length) resolve();
      });
      uploader.add(files);
    });
};
