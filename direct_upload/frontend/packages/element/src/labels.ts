/** The element's texts; `{name}` and the like are filled in. */
export const ENGLISH = {
  title: "Upload files",
  choose: "Choose files",
  chooseOne: "Choose a file",
  drop: "or drop them here",
  dropOne: "or drop it here",
  limit: "At most {size} each",
  list: "Files",
  sent: "{sent} of {size}",
  left: "{time} left",
  queued: "Waiting for its turn",
  verifying: "Verifying",
  paused: "Paused",
  following: "Another tab is uploading it",
  interrupted: "Interrupted",
  needsPermission: "Allow reading the file, and it goes on where it stopped.",
  needsFile: "Choose the same file again, and it goes on where it stopped.",
  waitingNetwork: "Waiting for the network",
  waitingRetry: "Trying again soon",
  done: "Stored",
  held: "Stored, being checked",
  failed: "Failed",
  pause: "Pause",
  resume: "Resume",
  retry: "Try again",
  allow: "Continue",
  cancel: "Cancel",
  remove: "Remove",
  download: "Download",
  action: "{action}: {name}",
  progress: "Upload of {name}",
  saidStored: "{name} is stored.",
  saidFailed: "{name} failed. {reason}",
  saidRemoved: "{name} is removed.",
  notRemoved: "{name} could not be removed. Try again.",
  tooLarge: "{name} is too large: at most {size}.",
  wrongType: "{name} is of a type that is not taken here.",
  wait: "Wait until the uploads are stored.",
  missing: "Upload a file.",
} as const;

export type LabelName = keyof typeof ENGLISH;

/**
 * Texts in another language, in place of the English ones. `failures` has texts for problem codes, such as
 * `file-too-large`; without one, the person reads what the site says.
 */
export interface Labels extends Partial<Readonly<Record<LabelName, string>>> {
  readonly failures?: Readonly<Record<string, string>>;
}

/** Texts and sizes as the readers of one language write them. */
export class Words {
  readonly #sizes: Intl.NumberFormat[];
  readonly #times: Record<"second" | "minute" | "hour", Intl.NumberFormat>;

  constructor(
    readonly labels: Labels,
    readonly locale: string,
  ) {
    const unit = (name: string, digits = 0) =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit: name,
        unitDisplay: name === "byte" ? "long" : "short",
        maximumFractionDigits: digits,
      });
    this.#sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"].map((name, step) =>
      unit(name, step === 0 ? 0 : 1),
    );
    this.#times = { second: unit("second"), minute: unit("minute"), hour: unit("hour", 1) };
  }

  say(name: LabelName, values: Readonly<Record<string, string>> = {}): string {
    const text = this.labels[name] ?? ENGLISH[name];
    return text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  }

  failure(code: string): string | null {
    return this.labels.failures?.[code] ?? null;
  }

  /** Powers of 1000, as file managers count. */
  size(bytes: number): string {
    let value = bytes;
    let step = 0;
    while (value >= 999.5 && step < this.#sizes.length - 1) {
      value /= 1000;
      step += 1;
    }
    return this.#sizes[step]?.format(value) ?? String(bytes);
  }

  /** No more exact than a guess can be. */
  time(seconds: number): string {
    if (seconds < 60) return this.#times.second.format(Math.max(1, Math.round(seconds)));
    if (seconds < 3600) return this.#times.minute.format(Math.round(seconds / 60));
    return this.#times.hour.format(seconds / 3600);
  }
}

/** The locale that a language tag of a page stands for; the reader's own where the tag is none. */
export function localeOf(tag: string | null | undefined, preferred: string): string {
  try {
    return Intl.getCanonicalLocales(tag || preferred)[0] ?? preferred;
  } catch {
    return preferred;
  }
}
