import {
  type FileToUpload,
  isUnderWay,
  type StoredFile,
  type Uploader,
  type UploadsSummary,
  type UploadView,
} from "@direct-upload/client";
import type { DirectUploadEvents } from "./events.ts";
import { standInForm } from "./formPart.ts";
import { Intake } from "./intake.ts";
import { type Labels, localeOf, Words } from "./labels.ts";
import type { Action } from "./row.ts";
import { RowList } from "./rowList.ts";
import { bytesFrom, refusalOf } from "./screening.ts";
import { type Face, Stage } from "./stage.ts";
import { Uploads } from "./uploads.ts";

/** Many files end at once; one sentence is enough then. */
const MOST_SAID = 3;

/**
 * `<direct-upload endpoint="/uploads/" name="file" multiple accept="image/*" max-size="10000000" required>`
 *
 * Uploads what is chosen or dropped; in a form, its value is the ids of the stored files. See README.md.
 */
export class DirectUploadElement extends HTMLElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = [
    "multiple",
    "accept",
    "max-size",
    "disabled",
    "lang",
    "required",
    "name",
  ];

  readonly #internals = this.attachInternals();
  readonly #stage: Stage;
  readonly #rows: RowList;
  readonly #uploads = new Uploads(
    () => this.#endpoint,
    (ended, summary) => this.#catchUp(ended, summary),
  );
  #labels: Labels = {};
  #isFormDisabled = false;
  #known: Words | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#stage = new Stage(root);
    this.#rows = new RowList(this.#stage.list, (action, key) => void this.#act(action, key));
    this.#internals.role = "group";
    new Intake(
      this.#stage,
      () => !this.#face.isDisabled,
      (files) => this.#take(files),
    );
  }

  connectedCallback(): void {
    this.#dress();
    if (this.hasAttribute("resume")) void this.uploader.restore();
  }

  disconnectedCallback(): void {
    // Who moves an element takes it out and puts it in again at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#uploads.close();
      this.#show();
    });
  }

  attributeChangedCallback(): void {
    this.#dress();
  }

  formDisabledCallback(isDisabled: boolean): void {
    this.#isFormDisabled = isDisabled;
    this.#dress();
  }

  formResetCallback(): void {
    this.#forgetAll();
  }

  /** The uploads behind the element, for whatever has no attribute. Opened by the first use. */
  get uploader(): Uploader {
    return this.#uploads.uploader;
  }

  /** The stored files that belong to the element's value, in the order in which they were chosen. */
  get files(): readonly StoredFile[] {
    return this.#uploads.views.map(({ file }) => file).filter((file) => file !== null);
  }

  /** The ids of the stored files. */
  get value(): readonly string[] {
    return this.files.map(({ id }) => id);
  }

  get name(): string {
    return this.getAttribute("name") ?? "";
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get validity(): ValidityState {
    return this.#internals.validity;
  }

  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /** Texts in place of the English ones. */
  get labels(): Labels {
    return this.#labels;
  }

  set labels(labels: Labels) {
    this.#labels = labels;
    this.#dress();
  }

  /** Uploads files as if they had been chosen. */
  add(files: Iterable<FileToUpload>): void {
    this.#take(Array.from(files));
  }

  /** The same object until something about it changes. */
  get #words(): Words {
    const locale = localeOf(this.closest<HTMLElement>("[lang]")?.lang, navigator.language);
    if (this.#known?.locale !== locale || this.#known.labels !== this.#labels)
      this.#known = new Words(this.#labels, locale);
    return this.#known;
  }

  get #face(): Face {
    return {
      words: this.#words,
      isMultiple: this.hasAttribute("multiple"),
      isDisabled: this.hasAttribute("disabled") || this.#isFormDisabled,
      accept: this.getAttribute("accept") ?? "",
      maxSize: bytesFrom(this.getAttribute("max-size")),
    };
  }

  #dress(): void {
    const face = this.#face;
    this.#stage.dress(face);
    // A name that the page gives, by a label or itself, counts more than this one.
    this.#internals.ariaLabel = this.#internals.labels.length > 0 ? null : face.words.say("title");
    this.#show();
  }

  get #endpoint(): string {
    const given = this.getAttribute("endpoint") ?? "";
    return new URL(given === "" || given.endsWith("/") ? given : `${given}/`, document.baseURI).href;
  }

  #take(given: readonly FileToUpload[]): void {
    const face = this.#face;
    const refusals: string[] = [];
    const taken = given.filter((one) => {
      const file = one instanceof File ? one : one.file;
      const refusal = refusalOf(file, face, face.words);
      if (!refusal) return true;
      refusals.push(refusal.detail);
      this.#tell("upload-failed", { name: file.name, failure: { ...refusal, status: null } });
      return false;
    });
    this.#stage.notify(refusals);
    if (refusals.length > 0) this.#stage.say(refusals.slice(0, MOST_SAID).join(" "));
    const wanted = face.isMultiple ? taken : taken.slice(0, 1);
    if (wanted.length === 0) return;
    if (!face.isMultiple) this.#forgetAll();
    for (const key of this.uploader.add(wanted)) this.#uploads.unhide(key);
    this.#show();
  }

  async #act(action: Action, key: string): Promise<void> {
    if (action === "pause") this.uploader.pause(key);
    else if (action === "allow") await this.uploader.allow(key);
    else if (action === "resume" || action === "retry") this.uploader.resume(key);
    else await this.#leave(key);
  }

  /** Begins anew. What is stored stays stored: only who says "Remove" wants it deleted. */
  #forgetAll(): void {
    for (const { key, file } of this.#uploads.views) {
      this.#uploads.hide(key);
      if (!file) void this.uploader.cancel(key);
    }
    this.#show();
  }

  /** Gives an upload up, or deletes its file. */
  async #leave(key: string): Promise<void> {
    const view = this.uploader.view(key);
    const words = this.#words;
    if (view === undefined) return;
    this.#uploads.hide(key);
    this.#show();
    // The button that was pressed is gone.
    this.#stage.choose.focus();
    try {
      if (view.file) await this.#delete(view.file);
      else await this.uploader.cancel(key);
      this.#stage.say(words.say("saidRemoved", { name: view.name }));
    } catch {
      this.#uploads.unhide(key);
      this.#stage.notify([words.say("notRemoved", { name: view.name })]);
      this.#show();
    }
  }

  async #delete(file: StoredFile): Promise<void> {
    await this.#uploads.delete(file);
    this.#tell("upload-removed", { file });
  }

  #settled(view: UploadView): void {
    const { name, file, failure } = view;
    const words = this.#words;
    if (file) {
      this.#stage.say(words.say("saidStored", { name }));
      this.#tell("upload-stored", { file });
      this.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (failure) {
      const reason = words.failure(failure.code) ?? failure.detail;
      this.#stage.say(words.say("saidFailed", { name, reason }));
      this.#tell("upload-failed", { name, failure });
    }
  }

  #catchUp(ended: readonly UploadView[], summary: UploadsSummary | null): void {
    // First the form's value: whoever hears of a stored file may send the form at once.
    this.#show();
    for (const view of ended) this.#settled(view);
    if (summary) this.#tell("upload-progress", summary);
  }

  #show(): void {
    const words = this.#words;
    const { views } = this.#uploads;
    this.#rows.show(views, words);
    const { name, value } = this;
    const standing = {
      name,
      value,
      isUnderWay: views.some((view) => isUnderWay(view) || view.state === "paused"),
      isRequired: this.hasAttribute("required"),
    };
    standInForm(this.#internals, this.#stage.choose, standing, words);
  }

  #tell<K extends keyof DirectUploadEvents>(kind: K, detail: DirectUploadEvents[K]): void {
    this.dispatchEvent(new CustomEvent(kind, { detail, bubbles: true, composed: true }));
  }
}
