import type { Failure } from "@direct-upload/client";

/** Who the site takes the reader for; the addresses are null where there is nobody to sign in or out. */
export interface SessionInfo {
  readonly name: string | null;
  readonly signInUrl: string | null;
  readonly signOutUrl: string | null;
}

/** Where that is known. Every call rejects with a `SiteFailure`. */
export interface SessionStore {
  look(): Promise<SessionInfo>;
  /** Resolves with the address to go on to. */
  signOut(url: string): Promise<string>;
}

export interface SessionView extends SessionInfo {
  /** A request was refused because nobody was signed in. */
  readonly isSignInNeeded: boolean;
}

export const NOBODY: SessionView = { name: null, signInUrl: null, signOutUrl: null, isSignInNeeded: false };

const SIGN_IN_NEEDED = "sign-in-needed";

export function asksToSignIn(failure: Failure | null): boolean {
  return failure?.code === SIGN_IN_NEEDED;
}

/** Who is signed in. `go` leaves for an address, or opens the page anew where there is none. */
export class Session {
  #view = NOBODY;

  constructor(
    private readonly store: SessionStore,
    private readonly go: (address: string | null) => void,
    private readonly changed: () => void,
  ) {}

  get view(): SessionView {
    return this.#view;
  }

  /** Asks the site. Resolves with whether somebody is signed in again who was asked to; not knowing changes nothing. */
  async look(): Promise<boolean> {
    const info = await this.store.look().catch(() => null);
    if (info === null) return false;
    const isSomebody = info.name !== null || info.signOutUrl !== null;
    const isBack = this.#view.isSignInNeeded && isSomebody;
    this.#show({ ...info, isSignInNeeded: this.#view.isSignInNeeded && !isSomebody });
    return isBack;
  }

  /** Hears why something failed. The first time that signing in is the remedy, it asks where. */
  heard(failure: Failure | null): void {
    if (!asksToSignIn(failure) || this.#view.isSignInNeeded) return;
    this.#show({ ...this.#view, name: null, signOutUrl: null, isSignInNeeded: true });
    void this.look();
  }

  /** Behind a proxy that signs people in, opening the page anew leads there. */
  signIn(): void {
    this.go(this.#view.signInUrl);
  }

  async signOut(): Promise<void> {
    const { signOutUrl } = this.#view;
    if (signOutUrl !== null) this.go(await this.store.signOut(signOutUrl));
  }

  #show(view: SessionView): void {
    this.#view = view;
    this.changed();
  }
}
