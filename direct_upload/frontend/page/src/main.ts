import {
  HttpControlPlane,
  HttpSegmentStore,
  isUnderWay,
  openWorkshop,
  startMd5Workers,
  steadyClock,
  Uploads,
  WorkerHasher,
} from "@direct-upload/client";
import { StoredFiles } from "./model/storedFiles.ts";
import { Announcer } from "./view/announcer.ts";
import { type Chosen, listenForFiles } from "./view/dropZone.ts";
import { FileSection } from "./view/fileSection.ts";
import { oncePerFrame } from "./view/frame.ts";
import { LeaveWarning } from "./view/leaveWarning.ts";
import { showNotice } from "./view/notice.ts";
import { UploadSection } from "./view/uploadSection.ts";
import { settledText } from "./view/uploadText.ts";

const TICK_MS = 500;
const LIST_LIMIT_MS = 30_000;

const request = (url: string, init: RequestInit) => fetch(url, init);
const control = new HttpControlPlane(document.baseURI, request, steadyClock.now);
const workshop = openWorkshop({
  control,
  store: new HttpSegmentStore(request, () => new XMLHttpRequest()),
  hasher: new WorkerHasher(startMd5Workers(navigator.hardwareConcurrency)),
  clock: steadyClock,
  random: Math.random,
});

const announcer = new Announcer();
const leaveWarning = new LeaveWarning();

const files = new StoredFiles(
  control,
  oncePerFrame(() => fileSection.update(files.view)),
  () => AbortSignal.timeout(LIST_LIMIT_MS),
);
const fileSection = new FileSection({
  showMore: () => void files.showMore(),
  delete: (id) => void files.delete(id).then((isGone) => isGone && announcer.say("The file is deleted.")),
});

const uploads = new Uploads(workshop, {
  changed: oncePerFrame(showUploads),
  settled: (view) => announcer.say(settledText(view)),
  stored: (file) => files.add(file),
});
const uploadSection = new UploadSection({
  cancel: (key) => void uploads.cancel(key),
  retry: (key) => uploads.retry(key),
  clearFinished: () => uploads.clearFinished(),
});

function showUploads(): void {
  const { views } = uploads;
  uploadSection.update(views);
  leaveWarning.set(views.some(isUnderWay));
}

function take({ files: chosen, folders }: Chosen): void {
  showNotice(folders > 0 ? "Folders can't be uploaded yet. Open the folder and choose the files in it." : "");
  uploads.add(chosen);
}

listenForFiles(take);
setInterval(() => uploads.tick(), TICK_MS);
void files.showMore();
