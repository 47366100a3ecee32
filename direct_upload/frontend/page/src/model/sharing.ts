import type { Failure, StoredFile } from "@direct-upload/client";
import type { TextKey } from "../i18n/words.ts";
import { failureOf } from "./storedFiles.ts";
import type { Timers } from "./timers.ts";

/** A link that opens now; its address is known to those who have it, and to nobody else. */
export interface ShareLink {
  readonly id: string;
  readonly expiresAt: Date;
  readonly isOnce: boolean;
  /** The addresses or the network that it opens for; null for all. */
  readonly addresses: string | null;
}

export interface CreatedLink extends ShareLink {
  readonly url: string;
}

export interface LinkWish {
  readonly seconds: number;
  readonly isOnce: boolean;
}

/** Where links are kept. Every call rejects with a `SiteFailure`. */
export interface LinkStore {
  list(fileId: string): Promise<readonly ShareLink[]>;
  create(fileId: string, wish: LinkWish): Promise<CreatedLink>;
  /** One that is gone already is revoked. */
  revoke(fileId: string, linkId: string): Promise<void>;
}

/** A file is being shared. */
export interface SharingView {
  readonly file: StoredFile;
  readonly wish: LinkWish;
  /** Those that end first are first; null as long as they are not known. */
  readonly links: readonly ShareLink[] | null;
  /** The last one that was made: its address is shown this once. */
  readonly created: CreatedLink | null;
  /** The site was asked for something and has not answered. */
  readonly isAsking: boolean;
  readonly said: TextKey | null;
  readonly failure: Failure | null;
}

export interface SharingActions {
  /** Makes a link and copies it in one go; opens the dialog only where that fails. */
  copyLink(file: StoredFile): void;
  open(file: StoredFile): void;
  close(): void;
  wish(change: Partial<LinkWish>): void;
  create(): void;
  copy(): void;
  revoke(linkId: string): void;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** How long a link may open, in seconds. */
export const LIFETIMES: readonly number[] = [HOUR, DAY, 7 * DAY, 30 * DAY];
const FIRST_WISH: LinkWish = { seconds: 7 * DAY, isOnce: false };

/** So long a link that was copied is copied again when somebody asks for one to the same file. */
const FRESH_MS = HOUR * 1000;

/** Takes the text, now or when it is known. Rejects as that does, and where the browser doesn't allow it. */
export type Clipboard = (text: string | Promise<string>) => Promise<void>;

interface MadeLink {
  readonly link: Promise<CreatedLink>;
  /** A time of `Timers.now()`. */
  readonly at: number;
}

type Change = Partial<SharingView>;
/** What an answer changes in what is shown by then. */
type Answered = (view: SharingView) => Change;

/** The links to one file at a time: shown, made, copied, revoked. */
export class Sharing implements SharingActions {
  #view: SharingView | null = null;
  /** Those that were copied in one go, by file. */
  readonly #made = new Map<string, MadeLink>();

  constructor(
    private readonly store: LinkStore,
    private readonly clipboard: Clipboard,
    private readonly timers: Timers,
    private readonly changed: () => void,
    /** Called when a link to the file was made and copied in one go, which opens for so long. */
    private readonly copied: (file: StoredFile, seconds: number) => void,
  ) {}

  get view(): SharingView | null {
    return this.#view;
  }

  open(file: StoredFile): void {
    const { wish } = this.#view ?? { wish: FIRST_WISH };
    const nothing = { links: null, created: null, isAsking: false, said: null, failure: null };
    this.#view = { file, wish, ...nothing };
    void this.#ask(async ({ id }) => {
      const links = await this.store.list(id);
      return () => ({ links: sorted(links) });
    });
  }

  close(): void {
    this.#view = null;
    this.changed();
  }

  wish(change: Partial<LinkWish>): void {
    if (this.#view) this.#show({ wish: { ...this.#view.wish, ...change } });
  }

  copyLink(file: StoredFile): void {
    const link = this.#linkTo(file);
    // The text is promised at once: some browsers take only what is offered in the click itself.
    void this.clipboard(link.then(({ url }) => url)).then(
      () => this.copied(file, FIRST_WISH.seconds),
      () => void this.#showWhyNot(file, link),
    );
  }

  create(): void {
    void this.#ask(async ({ id }, { wish }) => {
      const created = await this.store.create(id, wish);
      return ({ links }) => ({ created, links: sorted([...(links ?? []), created]), said: "share.created" });
    });
  }

  copy(): void {
    const { created } = this.#view ?? {};
    if (!created) return;
    this.#show({ said: null });
    void this.clipboard(created.url).then(
      () => this.#show({ said: "share.copied" }),
      () => this.#show({ said: "share.notCopied" }),
    );
  }

  revoke(linkId: string): void {
    void this.#ask(async ({ id }) => {
      await this.store.revoke(id, linkId);
      this.#made.delete(id);
      return ({ links, created }) => ({
        links: links?.filter((link) => link.id !== linkId) ?? null,
        created: created?.id === linkId ? null : created,
        said: "share.revoked",
      });
    });
  }

  #linkTo({ id }: StoredFile): Promise<CreatedLink> {
    const now = this.timers.now();
    const known = this.#made.get(id);
    if (known && now - known.at < FRESH_MS) return known.link;
    const link = this.store.create(id, FIRST_WISH);
    this.#made.set(id, { link, at: now });
    link.catch(() => this.#made.delete(id));
    return link;
  }

  /** The link was not made, or can't be copied: its address is in the dialog then. */
  async #showWhyNot(file: StoredFile, link: Promise<CreatedLink>): Promise<void> {
    const change: Change = await link.then(
      (created) => ({ created, said: "share.notCopied" }),
      (error) => ({ failure: failureOf(error) }),
    );
    this.open(file);
    this.#show(change);
  }

  /** One request at a time. Its answer counts only while the same file is shared. */
  async #ask(request: (file: StoredFile, view: SharingView) => Promise<Answered>): Promise<void> {
    const view = this.#view;
    if (!view || view.isAsking) return;
    this.#show({ isAsking: true, said: null, failure: null });
    const answered: Answered = await request(view.file, view).catch((error) => {
      const failure = failureOf(error);
      return () => ({ failure });
    });
    const now = this.#view;
    if (now?.file === view.file) this.#show({ isAsking: false, ...answered(now) });
  }

  #show(change: Change): void {
    if (!this.#view) return;
    this.#view = { ...this.#view, ...change };
    this.changed();
  }
}

function sorted(links: readonly ShareLink[]): readonly ShareLink[] {
  return links.toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
}
