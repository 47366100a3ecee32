import type { StoredFile, UploadState, UploadsSummary, UploadView } from "@direct-upload/client";
import type { LanguageCode } from "../src/i18n/languages.ts";
import ar from "../src/i18n/locales/ar.json";
import de from "../src/i18n/locales/de.json";
import en from "../src/i18n/locales/en.json";
import es from "../src/i18n/locales/es.json";
import fr from "../src/i18n/locales/fr.json";
import ja from "../src/i18n/locales/ja.json";
import { type Texts, Words } from "../src/i18n/words.ts";
import type { Timers } from "../src/model/timers.ts";

const TEXTS: Readonly<Record<LanguageCode, Texts>> = { ar, de, en, es, fr, ja };

export function textsOf(language: LanguageCode): Texts {
  return TEXTS[language];
}

export function wordsIn(language: LanguageCode): Words {
  return new Words(language, textsOf(language));
}

export const english = wordsIn("en");

export function view(state: UploadState, change: Partial<UploadView> = {}): UploadView {
  return {
    key: change.path ?? change.name ?? "film.mov",
    name: "film.mov",
    path: change.name ?? "film.mov",
    size: 2_000_000,
    type: "video/quicktime",
    state,
    sentBytes: 500_000,
    bytesPerSecond: null,
    secondsLeft: null,
    waiting: null,
    needs: null,
    failure: null,
    file: null,
    ...change,
  };
}

export function summary(change: Partial<UploadsSummary> = {}): UploadsSummary {
  return {
    total: 2,
    done: 0,
    failed: 0,
    underWay: 1,
    paused: 0,
    interrupted: 0,
    size: 100,
    sentBytes: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    isOffline: false,
    ...change,
  };
}

export function storedFile(name: string, change: Partial<StoredFile> = {}): StoredFile {
  return {
    id: name,
    name,
    size: 1,
    type: "text/plain",
    etag: "",
    createdAt: new Date(0),
    state: "stored",
    downloadUrl: `http://page/files/${name}`,
    ...change,
  };
}

/** Time that passes when a test says so. */
export class FakeTimers implements Timers {
  #now = 0;
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#now = next.at;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      next.run();
    }
    this.#now = end;
  }
}

/** Lets everything run that can run now. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
