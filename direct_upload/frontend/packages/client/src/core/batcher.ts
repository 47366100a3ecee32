import type { Clock } from "../types.ts";
import { under } from "./abort.ts";
import { Problem } from "./failures.ts";

/** Long enough for those that come together, too short to be noticed. */
const GATHER_MS = 4;
/** While others are being answered, more may come: so long they are waited for, at most until the answer. */
const GATHER_MEANWHILE_MS = 250;
const MOST_IN_ONE = 100;
/** One is answered while the next is on its way. */
const BATCHES_AT_ONCE = 2;
/** How servers answer that know no batches. */
const UNKNOWN: ReadonlySet<number> = new Set([404, 405, 501]);

export interface Calls<Question, Answer> {
  single(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Answers in the questions' order; a refusal is an error among them. */
  many(questions: readonly Question[], signal: AbortSignal): Promise<readonly (Answer | Error)[]>;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** Asks in one request what is asked at the same time. One question alone is asked in the plain way. */
export class Batcher<Question, Answer> {
  #waiting: Waiting<Question, Answer>[] = [];
  #running = 0;
  /** Aborts when a request is answered. */
  #answered = new AbortController();
  #isGathering = false;
  #knowsBatches = true;

  constructor(
    private readonly calls: Calls<Question, Answer>,
    private readonly clock: Clock,
  ) {}

  /** As `single`; rejects at once with the signal's reason, while others go on waiting for the same request. */
  ask(question: Question, signal: AbortSignal): Promise<Answer> {
    if (!this.#knowsBatches) return this.calls.single(question, signal);
    return under(
      signal,
      (own) =>
        new Promise<Answer>((resolve, reject) => {
          own.signal.addEventListener("abort", () => reject(own.signal.reason), { once: true });
          this.#waiting.push({ question, signal: own.signal, resolve, reject });
          void this.#gather();
        }),
    );
  }

  async #gather(): Promise<void> {
    if (this.#isGathering || this.#running >= BATCHES_AT_ONCE) return;
    this.#isGathering = true;
    await this.#untilGathered();
    this.#isGathering = false;
    const group = this.#takeGroup();
    if (group.length === 0) return;
    this.#running += 1;
    if (this.#waiting.length > 0) void this.#gather();
    await this.#askGroup(group);
    this.#running -= 1;
    this.#answered.abort();
    this.#answered = new AbortController();
    if (this.#waiting.length > 0) void this.#gather();
  }

  async #untilGathered(): Promise<void> {
    await this.clock.wait(GATHER_MS, new AbortController().signal);
    if (this.#running === 0 || this.#waiting.length >= MOST_IN_ONE) return;
    await this.clock.wait(GATHER_MEANWHILE_MS, this.#answered.signal).catch(() => undefined);
  }

  #takeGroup(): Waiting<Question, Answer>[] {
    const wanted = this.#waiting.filter(({ signal }) => !signal.aborted);
    this.#waiting = wanted.slice(MOST_IN_ONE);
    return wanted.slice(0, MOST_IN_ONE);
  }

  async #askGroup(group: readonly Waiting<Question, Answer>[]): Promise<void> {
    const [first] = group;
    if (group.length === 1 && first) return this.#askSingly(first);
    try {
      const questions = group.map(({ question }) => question);
      const answers = await this.calls.many(questions, whenAllGaveUp(group));
      for (const [index, waiting] of group.entries()) settle(waiting, answers[index]);
    } catch (error) {
      if (!(error instanceof Problem) || !UNKNOWN.has(error.status)) return fail(group, error);
      this.#knowsBatches = false;
      await Promise.all(group.map((waiting) => this.#askSingly(waiting)));
    }
  }

  async #askSingly({ question, signal, resolve, reject }: Waiting<Question, Answer>): Promise<void> {
    await this.calls.single(question, signal).then(resolve, reject);
  }
}

/** A request that nobody waits for any more is aborted; until then it goes on for the others. */
function whenAllGaveUp(group: readonly Waiting<unknown, never>[]): AbortSignal {
  const own = new AbortController();
  let left = group.length;
  const giveUp = () => {
    left -= 1;
    if (left === 0) own.abort();
  };
  for (const { signal } of group) signal.addEventListener("abort", giveUp, { once: true });
  return own.signal;
}

function settle<Answer>(waiting: Waiting<unknown, Answer>, answer: Answer | Error | undefined): void {
  if (answer instanceof Error) waiting.reject(answer);
  else if (answer === undefined)
    waiting.reject(new Problem(502, "", "The server answered too few questions."));
  else waiting.resolve(answer);
}

function fail(group: readonly Waiting<unknown, never>[], error: unknown): void {
  for (const { reject } of group) reject(error);
}
