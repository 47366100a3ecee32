import type { SessionInfo, SessionStore } from "../model/session.ts";
import type { SiteRequests } from "./siteRequests.ts";

/** Who the site takes the reader for. */
export class SiteSession implements SessionStore {
  constructor(private readonly site: SiteRequests) {}

  async look(): Promise<SessionInfo> {
    const answer = await this.site.read("api/session");
    const { name, sign_in_url: signInUrl, sign_out_url: signOutUrl } = answer;
    return {
      name: typeof name === "string" ? name : null,
      signInUrl: typeof signInUrl === "string" ? this.#comingBack(signInUrl) : null,
      signOutUrl: typeof signOutUrl === "string" ? signOutUrl : null,
    };
  }

  async signOut(url: string): Promise<string> {
    return this.site.absolute((await this.site.post(url, {}))["location"]);
  }

  /** The sign-in leads back to this page. */
  #comingBack(address: string): string {
    const url = new URL(address, this.site.base);
    url.searchParams.set("next", new URL(this.site.base).pathname);
    return url.href;
  }
}
