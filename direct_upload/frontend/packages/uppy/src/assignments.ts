/** One of Uppy's files and the upload that sends it. */
export interface Assignment {
  readonly fileId: string;
  readonly key: string;
  /** What is sent, and as what: a file that was replaced or renamed since needs another upload. */
  readonly data: Blob;
  readonly path: string;
  /** False for an upload that the page had begun itself: it is followed, and never stopped from here. */
  readonly isOurs: boolean;
}

/** `ended` resolves when the upload is done, has failed, or is given up. */
export interface KeptAssignment extends Assignment {
  readonly isOpen: boolean;
  readonly ended: Promise<void>;
}

interface Entry extends KeptAssignment {
  isOpen: boolean;
  readonly end: () => void;
}

/** Which of Uppy's files is sent by which upload: each has one of the other at most. */
export class Assignments {
  readonly #byFile = new Map<string, Entry>();
  readonly #byKey = new Map<string, Entry>();

  /** Opens an assignment, in place of what the file and the upload were assigned to before. */
  open(assignment: Assignment): KeptAssignment {
    const { fileId, key, data, path, isOurs } = assignment;
    for (const former of [this.#byFile.get(fileId), this.#byKey.get(key)]) if (former) this.drop(former);
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const entry: Entry = { fileId, key, data, path, isOurs, isOpen: true, ended, end };
    this.#byFile.set(fileId, entry);
    this.#byKey.set(key, entry);
    return entry;
  }

  get all(): readonly KeptAssignment[] {
    return [...this.#byFile.values()];
  }

  ofFile(fileId: string): KeptAssignment | undefined {
    return this.#byFile.get(fileId);
  }

  ofUpload(key: string): KeptAssignment | undefined {
    return this.#byKey.get(key);
  }

  /** Ends it, and keeps it in mind: a failed upload can be taken up again. */
  end({ fileId }: Assignment): void {
    const entry = this.#byFile.get(fileId);
    if (!entry) return;
    entry.isOpen = false;
    entry.end();
  }

  /** Ends it, and forgets it. */
  drop(assignment: Assignment): void {
    this.end(assignment);
    this.#byFile.delete(assignment.fileId);
    this.#byKey.delete(assignment.key);
  }
}
