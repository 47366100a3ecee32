import type { FileToUpload, Offer, StoredFile } from "@direct-upload/client";
import type { TextKey, Words } from "../i18n/words.ts";
import type { FileQuery } from "./fileTable.ts";
import type { SessionView } from "./session.ts";
import type { SharingActions, SharingView } from "./sharing.ts";
import type { FilesView } from "./storedFiles.ts";
import type { Show } from "./uploadList.ts";
import type { UploadsState } from "./uploadsPanel.ts";

/** What the reader is told about what was just done; it stays until something else is done. */
export interface Notice {
  readonly text: TextKey;
  readonly values?: Readonly<Record<string, string>>;
}

/** Everything that the page shows. */
export interface PageState {
  readonly words: Words;
  /** A time of `performance.now()`, from which waiting times are counted. */
  readonly now: number;
  readonly notice: Notice | null;
  readonly said: string;
  readonly isDragging: boolean;
  readonly isOpeningRecorder: boolean;
  readonly uploads: UploadsState;
  readonly isAskingToCancelAll: boolean;
  readonly files: FilesView;
  readonly query: FileQuery;
  readonly preview: StoredFile | null;
  /** The id of the file whose link was copied a moment ago. */
  readonly copiedLinkOf: string | null;
  readonly session: SessionView;
  /** Null as long as no file is being shared. */
  readonly sharing: SharingView | null;
}

/** Everything that can be done on the page. */
export interface PageActions {
  setLanguage(code: string): void;
  /** Runs `otherwise` where the browser has no picker of its own: an `<input>` must do. */
  chooseFiles(otherwise: () => void): void;
  chooseFolder(otherwise: () => void): void;
  take(batches: AsyncIterable<readonly FileToUpload[]>): Promise<void>;
  record(): void;
  dismissNotice(): void;

  act(key: string, action: Offer): void;
  pauseAll(): void;
  resumeAll(): void;
  continueAll(): void;
  askToCancelAll(isAsking: boolean): void;
  cancelAll(): void;
  clearFinished(): void;
  show(show: Show): void;
  setLimit(limit: number | null): void;

  query(change: Partial<FileQuery>): void;
  loadFiles(): void;
  preview(file: StoredFile | null): void;
  delete(file: StoredFile): void;
  undo(): void;
  readonly sharing: SharingActions;

  signIn(): void;
  signOut(): void;
}
