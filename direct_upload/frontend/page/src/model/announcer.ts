import { shareOf, type UploadsSummary, type UploadView } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";
import { failureText } from "./failureText.ts";
import type { Timers } from "./timers.ts";

/** What comes within this time is said in one go. */
const GATHER_MS = 800;
/** More ends than this at once are counted, not read out. */
const MOST_NAMED = 3;
const QUARTERS = 4;
const REPORT_MS = 30_000;
/** Said once, it is gone: nobody should find old news when they read through the page. */
const KEEP_MS = 8000;

interface Heard {
  readonly isOffline: boolean;
  readonly quarter: number;
  readonly reportedAt: number;
}

const NOTHING: Heard = { isOffline: false, quarter: 0, reportedAt: 0 };

/** Decides what is said aloud, and when: politely, each end once, progress at quarters or every half minute. */
export class Announcer {
  #said = "";
  #pending: string[] = [];
  #answer: () => string = () => "";
  #ended: UploadView[] = [];
  #heard: Heard | null = null;
  #callOff: () => void = () => {};
  #isGathering = false;

  constructor(
    private readonly timers: Timers,
    private readonly words: () => Words,
    private readonly changed: () => void,
  ) {}

  /** What the live region holds now. */
  get said(): string {
    return this.#said;
  }

  say(message: string): void {
    this.#pending.push(message);
    this.#gather();
  }

  /** What the reader has asked for, as it is by then; of several that come together the last one is said. */
  answer(message: () => string): void {
    this.#answer = message;
    this.#gather();
  }

  /** An upload came to its end. */
  settled(view: UploadView): void {
    if (view.state === "cancelled") return;
    this.#ended.push(view);
    this.#gather();
  }

  /** Hears how all uploads stand, as often as one likes. */
  watch(summary: UploadsSummary): void {
    if (summary.underWay === 0) {
      this.#heard = null;
      return;
    }
    const now = this.timers.now();
    const before = this.#heard ?? { ...NOTHING, quarter: quarterOf(summary), reportedAt: now };
    this.#heard = { ...before, isOffline: summary.isOffline };
    if (summary.isOffline !== before.isOffline)
      this.say(this.words().t(summary.isOffline ? "said.offline" : "said.online"));
    if (!summary.isOffline && this.#isDue(summary, before, now)) this.#report(summary, now);
  }

  #isDue(summary: UploadsSummary, { quarter, reportedAt }: Heard, now: number): boolean {
    const reached = quarterOf(summary);
    // All of it sent is not the end: that is said when it is stored.
    return (reached > quarter && reached < QUARTERS) || now - reportedAt >= REPORT_MS;
  }

  #report(summary: UploadsSummary, now: number): void {
    this.#heard = { isOffline: false, quarter: quarterOf(summary), reportedAt: now };
    const words = this.words();
    const percent = words.format.percent(shareOf(summary));
    if (summary.secondsLeft === null) this.say(words.t("said.progress", { percent }));
    else {
      const time = words.format.duration(summary.secondsLeft);
      this.say(words.t("said.progressLeft", { percent, time }));
    }
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.timers.after(GATHER_MS, () => this.#speak());
  }

  #speak(): void {
    this.#isGathering = false;
    this.#callOff();
    const texts = [...this.#pending, ...endTexts(this.#ended, this.words()), this.#answer()];
    this.#show(texts.filter(Boolean).join(" "));
    this.#pending = [];
    this.#answer = () => "";
    this.#ended = [];
    this.#callOff = this.timers.after(KEEP_MS, () => this.#show(""));
  }

  #show(text: string): void {
    this.#said = text;
    this.changed();
  }
}

function quarterOf(summary: UploadsSummary): number {
  return Math.floor(shareOf(summary) * QUARTERS);
}

function endTexts(ended: readonly UploadView[], words: Words): string[] {
  if (ended.length <= MOST_NAMED) return ended.map((view) => endText(view, words));
  const stored = ended.filter(({ state }) => state === "done").length;
  const failed = ended.length - stored;
  return [
    ...(stored > 0 ? [words.count("said.storedMany", stored)] : []),
    ...(failed > 0 ? [words.count("said.failedMany", failed)] : []),
  ];
}

function endText(view: UploadView, words: Words): string {
  if (view.state === "done")
    return words.t(view.file?.state === "held" ? "said.held" : "said.stored", { name: view.name });
  const reason = view.failure ? failureText(view.failure, words) : "";
  return words.t("said.failed", { name: view.name, reason });
}
