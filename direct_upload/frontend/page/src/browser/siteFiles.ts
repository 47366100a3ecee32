import { decodePage, type FilePage } from "@direct-upload/client";
import type { FileStore } from "../model/storedFiles.ts";
import type { SiteRequests } from "./siteRequests.ts";

/** As many as the site gives at once. */
const PAGE_SIZE = 1000;

/** The site's list of stored files. */
export class SiteFiles implements FileStore {
  constructor(private readonly site: SiteRequests) {}

  async list(after: string | null): Promise<FilePage> {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(after !== null && { after }) });
    return decodePage(await this.site.read(`api/files?${query}`), this.site.base);
  }

  delete(id: string): Promise<void> {
    return this.site.delete(`api/files/${id}`);
  }
}
