import type { CreatedLink, LinkStore, LinkWish, ShareLink } from "../model/sharing.ts";
import type { Fields, SiteRequests } from "./siteRequests.ts";

/** The links to stored files, as the site keeps them. */
export class SiteLinks implements LinkStore {
  constructor(private readonly site: SiteRequests) {}

  async list(fileId: string): Promise<readonly ShareLink[]> {
    const answer = await this.site.read(pathOf(fileId));
    return (answer["links"] as readonly Fields[]).map(linkOf);
  }

  async create(fileId: string, { seconds, isOnce }: LinkWish): Promise<CreatedLink> {
    const answer = await this.site.post(pathOf(fileId), { expires_in: seconds, once: isOnce });
    return { ...linkOf(answer), url: this.site.absolute(answer["url"]) };
  }

  revoke(fileId: string, linkId: string): Promise<void> {
    return this.site.delete(`${pathOf(fileId)}/${linkId}`);
  }
}

function pathOf(fileId: string): string {
  return `api/files/${fileId}/links`;
}

function linkOf(fields: Fields): ShareLink {
  const addresses = fields["addresses"];
  return {
    id: String(fields["id"]),
    expiresAt: new Date(String(fields["expires_at"])),
    isOnce: fields["once"] === true,
    addresses: typeof addresses === "string" ? addresses : null,
  };
}
