import type { Uploader, UploaderOptions } from "./api.ts";
import { type Fetch, HttpControlPlane } from "./browser/controlPlane.ts";
import { HttpSegmentStore } from "./browser/segmentStore.ts";
import { steadyClock } from "./browser/steadyClock.ts";
import { startMd5Workers, WorkerHasher } from "./browser/workerHasher.ts";
import { UploadList } from "./core/uploader.ts";
import { openWorkshop } from "./core/workshop.ts";
import type { Network } from "./types.ts";

const request: Fetch = (url, init) => fetch(url, init);

/** Opens an uploader for the site that the options name. */
export function createUploader(options: UploaderOptions = {}): Uploader {
  const base = new URL(options.endpoint ?? document.baseURI, document.baseURI).href;
  const workshop = openWorkshop({
    control: new HttpControlPlane(base, request, steadyClock.now),
    store: new HttpSegmentStore(request, () => new XMLHttpRequest()),
    hasher: new WorkerHasher(startMd5Workers(navigator.hardwareConcurrency)),
    clock: steadyClock,
    random: Math.random,
  });
  return new UploadList(workshop, browserNetwork);
}

const browserNetwork: Network = {
  get isOnline() {
    return navigator.onLine;
  },
  onChange(listener) {
    addEventListener("online", listener);
    addEventListener("offline", listener);
    return () => {
      removeEventListener("online", listener);
      removeEventListener("offline", listener);
    };
  },
};
