import { createUploader, HttpControlPlane, steadyClock } from "@direct-upload/client";
import { StoredFiles } from "./model/storedFiles.ts";
import { Announcer } from "./view/announcer.ts";
import { type Chosen, listenForFiles } from "./view/dropZone.ts";
import { FileSection } from "./view/fileSection.ts";
import { oncePerFrame } from "./view/frame.ts";
import { LeaveWarning } from "./view/leaveWarning.ts";
import { showNotice } from "./view/notice.ts";
import { UploadSection } from "./view/uploadSection.ts";
import { settledText } from "./view/uploadText.ts";

const LIST_LIMIT_MS = 30_000;

const control = new HttpControlPlane(document.baseURI, (url, init) => fetch(url, init), steadyClock.now);
const uploader = createUploader();

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

const uploadSection = new UploadSection({
  cancel: (key) => void uploader.cancel(key),
  retry: (key) => uploader.resume(key),
  clearFinished: () => uploader.clearFinished(),
});

const showUploads = oncePerFrame(() => {
  const { summary, views } = uploader;
  uploadSection.update(views, summary);
  leaveWarning.set(summary.underWay > 0);
});
uploader.on("changed", showUploads);
uploader.on("settled", (view) => {
  if (view.file) files.add(view.file);
  if (view.state !== "cancelled") announcer.say(settledText(view));
});

function take({ files: chosen, folders }: Chosen): void {
  showNotice(folders > 0 ? "Folders can't be uploaded yet. Open the folder and choose the files in it." : "");
  uploader.add(chosen);
}

listenForFiles(take);
void files.showMore();
