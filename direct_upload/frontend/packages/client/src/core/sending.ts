import type { UploadView, Waiting } from "../api.ts";
import type { StoredFile } from "../types.ts";
import type { Keepsake } from "./keepsake.ts";
import type { Office, Source } from "./office.ts";
import { Patience } from "./patience.ts";
import { RateMeter, secondsLeft } from "./rate.ts";
import { type Begun, Transfer } from "./transfer.ts";
import { TooSlow } from "./trial.ts";
import { STILL } from "./views.ts";

/** The upload for which a file is sent. */
export interface Sender {
  readonly view: UploadView;
  readonly order: number;
  show(change: Partial<UploadView>): void;
  /** Who is not busy leaves its place to others. */
  setBusy(isBusy: boolean): void;
  retrying(error: unknown, segment: number | null, delayMs: number): void;
}

/** How one upload's file is brought into Swift, over pauses and failures. Uploads that wait for their turn have none. */
export class Sending {
  readonly patience: Patience;
  readonly #meter = new RateMeter();
  #transfer: Transfer | null = null;

  constructor(
    private readonly upload: Sender,
    private readonly source: Source,
    private readonly keepsake: Keepsake,
    private readonly office: Office,
  ) {
    const { workshop } = office;
    this.patience = new Patience(workshop, workshop.random, {
      changed: () => this.#showWaiting(),
      retrying: (...retry) => upload.retrying(...retry),
    });
  }

  get begun(): Begun | null {
    return this.#transfer?.begun ?? null;
  }

  /** Resolves with what is stored; may be called again after it was aborted or has failed. */
  async run(signal: AbortSignal): Promise<StoredFile> {
    this.#transfer ??= await this.#open(signal);
    this.upload.show({ ...STILL, state: "uploading", sentBytes: this.#transfer.sentBytes });
    return this.#transfer.run(signal);
  }

  /** Measures the speed. */
  tick(): void {
    const { size, sentBytes, state } = this.upload.view;
    if (state !== "uploading") return;
    this.#meter.note(this.office.workshop.clock.now(), sentBytes);
    const { bytesPerSecond } = this.#meter;
    this.upload.show({ bytesPerSecond, secondsLeft: secondsLeft(size - sentBytes, bytesPerSecond) });
  }

  async #open(signal: AbortSignal): Promise<Transfer> {
    const { upload, source, patience } = this;
    const { workshop } = this.office;
    const begun = await this.keepsake.recall(source, upload.view.key, patience, signal);
    const observer = {
      progressed: () => this.#showProgress(),
      advanced: () => this.keepsake.note(upload.view, source, () => this.begun),
      verifying: () => {
        upload.show({ ...STILL, state: "verifying" });
        upload.setBusy(false);
      },
      resending: (why: unknown) => {
        upload.setBusy(true);
        this.#showProgress("uploading");
        if (!(why instanceof TooSlow)) upload.retrying(why, null, 0);
      },
    };
    const job = { file: source.file, path: source.path, order: upload.order, patience, observer };
    return new Transfer(job, workshop, begun);
  }

  #showProgress(state = this.upload.view.state): void {
    const sentBytes = this.#transfer?.sentBytes ?? 0;
    if (sentBytes !== this.upload.view.sentBytes || state !== this.upload.view.state)
      this.upload.show({ state, sentBytes });
  }

  #showWaiting(): void {
    const { waiting } = this.patience;
    const { state, waiting: before } = this.upload.view;
    if (isSame(waiting, before) || (state !== "uploading" && state !== "verifying")) return;
    this.upload.setBusy(!waiting && state === "uploading");
    this.upload.show({ waiting });
  }
}

function isSame(one: Waiting | null, other: Waiting | null): boolean {
  if (one === null || other === null) return one === other;
  return one.for === other.for && (one.for === "network" || one.until === (other as typeof one).until);
}
