import { createUploader } from "@direct-upload/client";
import type { Prepare } from "./way.ts";

/** Our own client, as a page would use it. */
export const prepare: Prepare = ({ verify, segmentBytes }) => {
  const uploader = createUploader({ verify, segmentBytes });
  return (files) =>
    new Promise((resolve, reject) => {
      let left = files.length;
      uploader.on("settled", (view) => {
        left -= 1;
        if (view.state !== "done") reject(new Error(`${view.name}: ${view.failure?.detail ?? view.state}`));
        else if (left === 0) resolve();
      });
      uploader.add(files);
    });
};
