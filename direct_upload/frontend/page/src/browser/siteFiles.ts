import type { FilePage, StoredFile } from "@direct-upload/client";
import type { FileStore } from "../model/storedFiles.ts";
import type { Fields, SiteRequests } from "./siteRequests.ts";

/** As many as the site gives at once. */
const PAGE_SIZE = 1000;

/** The site's list of stored files. */
export class SiteFiles implements FileStore {
  constructor(private readonly site: SiteRequests) {}

  async list(after: string | null): Promise<FilePage> {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(after !== null && { after }) });
    const page = await this.site.read(`api/files?${query}`);
    const files = (page["files"] as readonly Fields[]).map((file) => this.#file(file));
    return { files, next: page["next"] as string | null };
  }

  delete(id: string): Promise<void> {
    return this.site.delete(`api/files/${id}`);
  }

  #file(fields: Fields): StoredFile {
    return {
      id: String(fields["id"]),
      name: String(fields["name"]),
      size: Number(fields["size"]),
      type: String(fields["type"]),
      etag: String(fields["etag"]),
      createdAt: new Date(String(fields["created_at"])),
      state: fields["state"] === "held" ? "held" : "stored",
      downloadUrl: this.site.absolute(fields["download_url"]),
    };
  }
}
