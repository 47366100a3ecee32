import type { FileToUpload, Offer, StoredFile, Uploader, UploadView } from "@direct-upload/client";
import { isLanguage, type LanguageCode } from "../i18n/languages.ts";
import type { Words } from "../i18n/words.ts";
import type { Announcer } from "./announcer.ts";
import { FIRST_QUERY, type FileQuery, findFiles, PAGE_SIZE, pageOf, splitPath } from "./fileTable.ts";
import { countText, rangeText } from "./fileTexts.ts";
import type { Notice, PageActions, PageState } from "./pageState.ts";
import { asksToSignIn, type Session } from "./session.ts";
import type { Sharing } from "./sharing.ts";
import type { StoredFiles } from "./storedFiles.ts";
import type { Timers } from "./timers.ts";
import type { Show } from "./uploadList.ts";
import type { UploadsPanel } from "./uploadsPanel.ts";

/** Files as they are found, some at a time. */
export type Batches = AsyncIterable<readonly FileToUpload[]>;

/** What the page asks of the browser. */
export interface Browser {
  /** Null where there is no such picker, and the page's own input must do. */
  pickFiles(onUnreadable: () => void): Batches | null;
  pickFolder(onUnreadable: () => void): Batches | null;
  /** Null when the person chose none. */
  pickOne(): Promise<FileToUpload | null>;
  openRecorder(words: Words): Promise<void>;
  loadWords(language: LanguageCode): Promise<Words>;
}

export interface Parts {
  readonly uploader: Uploader;
  readonly panel: UploadsPanel;
  readonly files: StoredFiles;
  readonly session: Session;
  readonly sharing: Sharing;
  readonly announcer: Announcer;
  readonly timers: Timers;
  readonly browser: Browser;
}

const COPIED_MS = 4000;

type Own = Pick<
  PageState,
  | "words"
  | "notice"
  | "isDragging"
  | "isOpeningRecorder"
  | "isAskingToCancelAll"
  | "query"
  | "preview"
  | "copiedLinkOf"
>;

/** Turns what a person does into what happens, and has all that the page shows. */
export class Controller implements PageActions {
  #own: Own;

  constructor(
    words: Words,
    private readonly parts: Parts,
    private readonly changed: () => void,
  ) {
    this.#own = {
      words,
      notice: null,
      isDragging: false,
      isOpeningRecorder: false,
      isAskingToCancelAll: false,
      query: FIRST_QUERY,
      preview: null,
      copiedLinkOf: null,
    };
  }

  get words(): Words {
    return this.#own.words;
  }

  get state(): PageState {
    const { panel, files, session, sharing, announcer, timers } = this.parts;
    return {
      ...this.#own,
      now: timers.now(),
      said: announcer.said,
      uploads: panel.state,
      files: files.view,
      session: session.view,
      sharing: sharing.view,
    };
  }

  setLanguage(code: string): void {
    if (isLanguage(code))
      void this.parts.browser.loadWords(code).then((words) => this.#show({ words }), ignore);
  }

  setDragging(isDragging: boolean): void {
    if (isDragging !== this.#own.isDragging) this.#show({ isDragging });
  }

  /** Uploads files as they are found, and says when there was none, or some could not be read. */
  async take(batches: Batches): Promise<void> {
    let taken = 0;
    this.#show({ notice: null, isDragging: false });
    for await (const files of batches) {
      this.parts.uploader.add(files);
      taken += files.length;
    }
    if (taken === 0 && this.#own.notice === null) this.#show({ notice: { text: "choose.nothing" } });
  }

  /** A file that was chosen, dropped or pasted could not be read. */
  readonly unreadable = (): void => {
    this.#show({ notice: { text: "choose.unreadable" } });
  };

  chooseFiles(otherwise: () => void): void {
    this.#pick(this.parts.browser.pickFiles(this.unreadable), otherwise);
  }

  chooseFolder(otherwise: () => void): void {
    this.#pick(this.parts.browser.pickFolder(this.unreadable), otherwise);
  }

  record(): void {
    this.#show({ isOpeningRecorder: true, notice: null });
    const opened = this.parts.browser.openRecorder(this.words).then(
      () => null,
      (): Notice => ({ text: "record.unavailable" }),
    );
    void opened.then((notice) => this.#show({ isOpeningRecorder: false, notice }));
  }

  dismissNotice(): void {
    this.#show({ notice: null });
  }

  act(key: string, action: Offer): void {
    this.#uploadActions[action](key);
  }

  pauseAll(): void {
    this.parts.uploader.pauseAll();
  }

  resumeAll(): void {
    this.parts.uploader.resumeAll();
  }

  continueAll(): void {
    void this.parts.uploader.allowAll();
  }

  askToCancelAll(isAskingToCancelAll: boolean): void {
    this.#show({ isAskingToCancelAll });
  }

  cancelAll(): void {
    this.#show({ isAskingToCancelAll: false });
    void this.parts.uploader.cancelAll();
  }

  clearFinished(): void {
    this.parts.panel.clearFinished();
  }

  show(show: Show): void {
    this.parts.panel.show(show);
  }

  setLimit(limit: number | null): void {
    this.parts.panel.setLimit(limit);
  }

  /** Another search or order begins on its first page. */
  query(change: Partial<FileQuery>): void {
    this.#show({ query: { ...this.#own.query, page: 0, ...change } });
    if (change.search !== undefined) this.parts.announcer.answer(() => this.#foundText());
    else if (change.page !== undefined) this.parts.announcer.answer(() => this.#rangeText());
  }

  loadFiles(): void {
    const { files, announcer } = this.parts;
    void files.load().then(() => announcer.answer(() => this.#foundText()));
  }

  preview(preview: StoredFile | null): void {
    this.#show({ preview });
  }

  delete(file: StoredFile): void {
    this.parts.files.delete(file);
  }

  undo(): void {
    const kept = this.parts.files.undo();
    if (kept > 0) this.parts.announcer.say(this.words.count("files.kept", kept));
  }

  /** Shown where it was asked for, for a moment, and said aloud. */
  linkCopied(file: StoredFile, seconds: number): void {
    const { announcer, timers } = this.parts;
    const { format } = this.words;
    const { name } = splitPath(file.name);
    announcer.say(this.words.t("said.linkCopied", { name, time: format.span(seconds) }));
    this.#show({ copiedLinkOf: file.id });
    timers.after(COPIED_MS, () => this.#own.copiedLinkOf === file.id && this.#show({ copiedLinkOf: null }));
  }

  get sharing(): Sharing {
    return this.parts.sharing;
  }

  signIn(): void {
    this.parts.session.signIn();
  }

  /** What was deleted is still the reader's to delete. */
  signOut(): void {
    const { files, session } = this.parts;
    const left = files.deleteNow().then(() => session.signOut());
    void left.catch(() => this.#show({ notice: { text: "session.notSignedOut" } }));
  }

  /** Somebody may have signed in elsewhere meanwhile: what could not go on without that goes on. */
  async lookAgain(): Promise<void> {
    const { session, files, uploader } = this.parts;
    if (!session.view.isSignInNeeded || !(await session.look())) return;
    if (asksToSignIn(files.view.failure)) void files.load();
    for (const { key, failure } of uploader.views) if (asksToSignIn(failure)) uploader.resume(key);
  }

  settled(view: UploadView): void {
    if (view.file) this.parts.files.add(view.file);
    this.parts.session.heard(view.failure);
    this.parts.announcer.settled(view);
  }

  readonly #uploadActions: Readonly<Record<Offer, (key: string) => void>> = {
    pause: (key) => this.parts.uploader.pause(key),
    resume: (key) => this.parts.uploader.resume(key),
    now: (key) => this.parts.uploader.resume(key),
    retry: (key) => this.parts.uploader.resume(key),
    cancel: (key) => void this.parts.uploader.cancel(key),
    allow: (key) => void this.parts.uploader.allow(key),
    supply: (key) => void this.#supply(key),
  };

  async #supply(key: string): Promise<void> {
    const file = await this.parts.browser.pickOne();
    if (file) await this.parts.panel.supply(key, file);
  }

  /** Empty after a failure to load, which is said where it is shown. */
  #foundText(): string {
    const { view } = this.parts.files;
    const { search } = this.#own.query;
    return view.failure ? "" : countText(view, search, findFiles(view.files, search).length, this.words);
  }

  #rangeText(): string {
    const { search, page } = this.#own.query;
    return rangeText(pageOf(findFiles(this.parts.files.view.files, search), page, PAGE_SIZE), this.words);
  }

  /** Closing the picker is no reason to say anything. */
  #pick(picked: Batches | null, otherwise: () => void): void {
    if (picked === null) otherwise();
    else void this.#takePicked(picked).catch(this.unreadable);
  }

  async #takePicked(picked: Batches): Promise<void> {
    this.#show({ notice: null });
    for await (const files of picked) this.parts.uploader.add(files);
  }

  #show(change: Partial<Own>): void {
    this.#own = { ...this.#own, ...change };
    this.changed();
  }
}

function ignore(): void {}
