/** Numbers, sizes, speeds and times as the readers of one locale write them. */
export interface Format {
  number(value: number): string;
  /** A share between 0 and 1, rounded down: nothing is 100 % before it is all there. */
  percent(share: number): string;
  /** Powers of 1000, as file managers count: `12.3 MB`. */
  bytes(count: number): string;
  speed(bytesPerSecond: number): string;
  /** The same without decimals. */
  roundSpeed(bytesPerSecond: number): string;
  /** No more exact than a guess of the time left can be: `3 min 20 sec`. */
  duration(seconds: number): string;
  /** Whole hours or days, written out: `1 hour`, `7 days`. */
  span(seconds: number): string;
  moment(date: Date): string;
  compareNames(a: string, b: string): number;
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
const DAY_SECONDS = 86_400;
const DURATIONS: readonly (readonly [limit: number, larger: Span | null, smaller: Span])[] = [
  [60, null, { unit: "second", seconds: 1 }],
  [600, { unit: "minute", seconds: 60 }, { unit: "second", seconds: 1 }],
  [3570, null, { unit: "minute", seconds: 60 }],
  [48 * 3600, { unit: "hour", seconds: 3600 }, { unit: "minute", seconds: 60 }],
  [Number.POSITIVE_INFINITY, null, { unit: "day", seconds: DAY_SECONDS }],
];

type Display = "short" | "long";
const LONG: ReadonlySet<string> = new Set(["byte", "day"]);

interface Span {
  readonly unit: string;
  readonly seconds: number;
}

export function formatFor(locale: string): Format {
  const units = new UnitFormats(locale);
  const whole = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const list = new Intl.ListFormat(locale, { type: "unit", style: "narrow" });
  const names = new Intl.Collator(locale, { numeric: true });
  return {
    number: (value) => whole.format(value),
    percent: (share) => percents.format(Math.floor(share * 100) / 100),
    bytes: (count) => units.scaled(count, ""),
    speed: (rate) => units.scaled(rate, "-per-second"),
    roundSpeed: (rate) => units.scaled(rate, "-per-second", 0),
    duration: (seconds) => list.format(spans(seconds).map(([unit, value]) => units.format(unit, value))),
    span: (seconds) =>
      seconds < DAY_SECONDS
        ? units.format("hour", seconds / 3600, 0, "long")
        : units.format("day", seconds / DAY_SECONDS),
    moment: (date) => moments.format(date),
    compareNames: names.compare,
  };
}

/** Makes each formatter once: they are slow to make, and asked for in every row. */
class UnitFormats {
  readonly #known = new Map<string, Intl.NumberFormat>();

  constructor(private readonly locale: string) {}

  scaled(amount: number, per: string, decimals = 1): string {
    let value = amount;
    let step = 0;
    // 999.5 would round to 1000: that is one of the next unit.
    while (value >= 999.5 && step < BYTE_UNITS.length - 1) {
      value /= 1000;
      step += 1;
    }
    return this.format(`${BYTE_UNITS[step]}${per}`, value, step === 0 || value >= 99.95 ? 0 : decimals);
  }

  /** Short is "999 byte" and "7 day", in the singular. */
  format(
    unit: string,
    value: number,
    digits = 0,
    display: Display = LONG.has(unit) ? "long" : "short",
  ): string {
    const key = `${unit} ${digits} ${display}`;
    const made = this.#known.get(key) ?? this.#make(unit, digits, display);
    this.#known.set(key, made);
    return made.format(value);
  }

  #make(unit: string, digits: number, unitDisplay: Display): Intl.NumberFormat {
    return new Intl.NumberFormat(this.locale, {
      style: "unit",
      unit,
      unitDisplay,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }
}

function spans(seconds: number): [unit: string, value: number][] {
  const rounded = Math.max(1, Math.round(seconds));
  const row = DURATIONS.find(([limit]) => rounded < limit);
  if (!row) return [];
  const [, larger, smaller] = row;
  if (!larger) return [[smaller.unit, Math.round(rounded / smaller.seconds)]];
  const smallers = Math.round(rounded / smaller.seconds);
  const perLarger = larger.seconds / smaller.seconds;
  return [
    [larger.unit, Math.floor(smallers / perLarger)],
    [smaller.unit, smallers % perLarger],
  ];
}
