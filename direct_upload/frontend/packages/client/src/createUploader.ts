import type { Uploader, UploaderOptions } from "./api.ts";
import { type Fetch, HttpControlPlane } from "./browser/controlPlane.ts";
import { browserFileHandles } from "./browser/fileHandles.ts";
import { BrowserNetwork } from "./browser/network.ts";
import { BrowserPageGuard } from "./browser/pageGuard.ts";
import { IndexedDbResumeStore } from "./browser/resumeStore.ts";
import { HttpSegmentStore } from "./browser/segmentStore.ts";
import { steadyClock } from "./browser/steadyClock.ts";
import { BrowserTabs } from "./browser/tabs.ts";
import { openHasher } from "./browser/workerHasher.ts";
import type { UploaderPorts } from "./core/office.ts";
import { UploadList } from "./core/uploader.ts";
import { type SendingSettings, USUAL } from "./core/workshop.ts";

/** Browsers open six connections to a host. */
const MOST_CONNECTIONS = 6;

const request: Fetch = (url, init) => fetch(url, init);

/** Opens an uploader for the site that the options name. One is enough for a page. */
export function createUploader(options: UploaderOptions = {}): Uploader {
  const endpoint = new URL(options.endpoint ?? document.baseURI, document.baseURI);
  endpoint.search = "";
  endpoint.hash = "";
  return new UploadList(endpoint.href, browserPorts(endpoint.href, options), settingsFrom(options));
}

/** What a form or an attribute makes of nonsense is as if it were not given. */
export function settingsFrom(options: UploaderOptions): SendingSettings {
  const { connections = USUAL.connections, verify = USUAL.verify } = options;
  const asked = Number.isNaN(connections) ? USUAL.connections : Math.trunc(connections);
  return {
    verify,
    connections: Math.min(MOST_CONNECTIONS, Math.max(1, asked)),
    maxBytesPerSecond: options.maxBytesPerSecond ?? USUAL.maxBytesPerSecond,
    segmentBytes: positive(options.segmentBytes),
  };
}

function positive(value: number | null | undefined): number | null {
  return value && Number.isFinite(value) && value >= 1 ? Math.trunc(value) : null;
}

function browserPorts(endpoint: string, options: UploaderOptions): UploaderPorts {
  const hasher = openHasher(navigator.hardwareConcurrency);
  const tabs = new BrowserTabs();
  return {
    control: new HttpControlPlane(endpoint, request, steadyClock.now, options.headers),
    store: new HttpSegmentStore(request, () => new XMLHttpRequest()),
    hasher,
    network: new BrowserNetwork(),
    clock: steadyClock,
    random: Math.random,
    resumeStore: canRemember(options) ? new IndexedDbResumeStore() : null,
    tabs,
    handles: browserFileHandles,
    guard: options.guardPage === false ? null : new BrowserPageGuard(),
    wallClock: Date.now,
    close: () => {
      tabs.close();
      hasher.close();
    },
  };
}

function canRemember({ remember = true }: UploaderOptions): boolean {
  return remember && typeof indexedDB !== "undefined";
}
