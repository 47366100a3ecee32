import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import type { Prepare } from "./way.ts";

/** Uppy without its Dashboard, as it comes. It signs by itself, so that no server of ours takes part. */
export const prepare: Prepare = ({ s3, segmentBytes }) => {
  const credentials = { accessKeyId: s3.accessKey, secretAccessKey: s3.secret, sessionToken: "" };
  const uppy = new Uppy({ autoProceed: false }).use(AwsS3, {
    s3Endpoint: s3.bucketUrl,
    getCredentials: () => ({ credentials, region: "us-east-1" }),
    ...(segmentBytes !== null && { getChunkSize: () => segmentBytes }),
  });
  return async (files) => {
    uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file })));
    const result = await uppy.upload();
    const failed = result?.failed?.[0];
    if (failed) throw new Error(`${failed.name}: ${failed.error}`);
    if (result?.successful?.length !== files.length) throw new Error("Uppy did not upload every file");
  };
};
