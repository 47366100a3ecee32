import { part } from "./elements.ts";

/** Events within this time are said in one go. */
const GATHER_MS = 800;
/** More than this many are counted, not read out. */
const MOST_IN_FULL = 3;

/** Says what happened to those who listen to the page. */
export class Announcer {
  readonly #region = part("announcements");
  #pending: string[] = [];

  say(message: string): void {
    this.#pending.push(message);
    if (this.#pending.length === 1) setTimeout(() => this.#speak(), GATHER_MS);
  }

  #speak(): void {
    const said = this.#pending.slice(0, MOST_IN_FULL);
    const more = this.#pending.length - said.length;
    this.#region.textContent = more > 0 ? `${said.join(" ")} And ${more} more.` : said.join(" ");
    this.#pending = [];
  }
}
