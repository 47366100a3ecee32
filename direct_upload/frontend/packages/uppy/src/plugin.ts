import { createUploader, type Uploader, type Waiting } from "@direct-upload/client";
import { BasePlugin, type Body, EventManager, type Meta, type Uppy, type UppyFile } from "@uppy/core";
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from "@uppy/core/utils";
import { Courier, type Sendable } from "./courier.ts";
import { type DirectUploadOptions, defaultLocale, hasUploader } from "./options.ts";
import { Reporter, UploadFailed } from "./reporter.ts";

interface Capabilities {
  readonly resumableUploads: boolean;
  readonly individualCancellation: boolean;
}

const OURS: Capabilities = { resumableUploads: true, individualCancellation: true };

/** What there is between `install` and `uninstall`. */
interface Installed<M extends Meta, B extends Body> {
  readonly courier: Courier<M, B>;
  readonly uploader: Uploader;
  readonly events: EventManager<M, B>;
  readonly formerCapabilities: Capabilities;
}

/**
 * An uploader for Uppy that sends files straight into OpenStack Swift: `uppy.use(DirectUpload, { endpoint })`.
 *
 * A stored file's `uploadURL` is where it can be downloaded, and its `response.body` a `DirectUploadBody`. Removing a
 * file that is not stored yet, and uninstalling the plugin, has what is stored of it removed from Swift.
 */
export class DirectUpload<M extends Meta, B extends Body> extends BasePlugin<DirectUploadOptions, M, B> {
  #installed: Installed<M, B> | null = null;

  constructor(uppy: Uppy<M, B>, options: DirectUploadOptions = {}) {
    super(uppy, options);
    this.type = "uploader";
    this.id = options.id ?? "DirectUpload";
    this.defaultLocale = defaultLocale;
    this.i18nInit();
  }

  override install(): void {
    const { resumableUploads, individualCancellation } = this.uppy.getState().capabilities;
    const uploader = hasUploader(this.opts) ? this.opts.uploader : createUploader(this.opts);
    const reporter = new Reporter<M, B>(this.uppy, (waiting) => this.#textOf(waiting));
    const courier = new Courier<M, B>(this.uppy, uploader, reporter);
    const events = new EventManager<M, B>(this.uppy);
    events.on("file-removed", (file) => courier.giveUp(file));
    events.on("upload-pause", (file, isPaused) => {
      if (file) isPaused ? courier.pause(file.id) : courier.resume(file.id);
    });
    events.on("pause-all", () => courier.pauseAll());
    events.on("resume-all", () => courier.resumeAll());
    this.uppy.addUploader(this.#send);
    this.#setCapabilities(OURS);
    this.#installed = {
      courier,
      uploader,
      events,
      formerCapabilities: { resumableUploads, individualCancellation },
    };
  }

  override uninstall(): void {
    const installed = this.#installed;
    if (!installed) return;
    this.#installed = null;
    installed.events.remove();
    this.uppy.removeUploader(this.#send);
    this.#setCapabilities(installed.formerCapabilities);
    const closed = installed.courier.close();
    if (!hasUploader(this.opts)) void closed.then(() => installed.uploader.close());
  }

  #send = async (fileIds: string[]): Promise<void> => {
    const installed = this.#installed;
    if (!installed || fileIds.length === 0) return;
    const present = this.uppy.getFilesByIds(fileIds).filter((file) => file);
    const files = filterFilesToUpload(present) as UppyFile<M, B>[];
    this.uppy.emit("upload-start", filterFilesToEmitUploadStarted(files) as UppyFile<M, B>[]);
    await installed.courier.send(files.flatMap((file) => this.#sendable(file)));
    // What is stored is in Uppy's list; nobody else looks at ours.
    if (!hasUploader(this.opts)) installed.uploader.clearFinished();
  };

  #sendable(file: UppyFile<M, B>): Sendable<M, B>[] {
    if (file.isRemote) return this.#refuse(file, "remote-file", this.i18n("remoteFilesNotSupported"));
    if (!file.data) return this.#refuse(file, "file-missing", this.i18n("fileMissing"));
    return [{ file, data: file.data }];
  }

  #refuse(file: UppyFile<M, B>, code: string, detail: string): [] {
    this.uppy.emit("upload-error", file, new UploadFailed(code, detail));
    return [];
  }

  #textOf(waiting: Waiting): string {
    return this.i18n(waiting.for === "network" ? "waitingForNetwork" : "waitingForRetry");
  }

  #setCapabilities(own: Capabilities): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, ...own } });
  }
}

declare module "@uppy/core" {
  export interface PluginTypeRegistry<M extends Meta, B extends Body> {
    DirectUpload: DirectUpload<M, B>;
  }
}
