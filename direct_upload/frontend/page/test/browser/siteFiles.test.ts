import { describe, expect, it } from "vitest";
import { SiteFiles } from "../../src/browser/siteFiles.ts";
import { SiteFailure } from "../../src/model/storedFiles.ts";

const PROBLEM = { code: "storage-unavailable", detail: "Away." };

function site(answer: () => Response | Promise<Response>) {
  const requests: [string, RequestInit][] = [];
  const files = new SiteFiles("http://page/prefix/", (url, init) => {
    requests.push([url.href, init]);
    return Promise.resolve(answer());
  });
  return { files, requests };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => (error instanceof SiteFailure ? error.failure : error),
  );

describe("the site's list of files", () => {
  it("is asked for below the page's address, in large pages", async () => {
    const file = {
      id: "1",
      name: "holiday/beach.jpg",
      size: 7,
      type: "image/jpeg",
      etag: "e",
      created_at: "2026-01-02T03:04:05Z",
      download_url: "files/1",
    };
    const { files, requests } = site(() => Response.json({ files: [file], next: "1" }));
    const page = await files.list("a b");
    expect(requests[0]?.[0]).toBe("http://page/prefix/api/files?limit=1000&after=a+b");
    expect(page).toMatchObject({
      files: [{ name: "holiday/beach.jpg", type: "image/jpeg", downloadUrl: "http://page/prefix/files/1" }],
      next: "1",
    });
    expect(page.files[0]?.createdAt.toISOString()).toBe("2026-01-02T03:04:05.000Z");
  });

  it.each([
    ["a problem", () => Response.json(PROBLEM, { status: 503 }), { ...PROBLEM, status: 503 }],
    [
      "an error without a problem",
      () => new Response("<h1>", { status: 500 }),
      { code: "unexpected", status: 500 },
    ],
    ["no answer", () => Promise.reject(new TypeError("Failed to fetch")), { code: "network", status: null }],
    ["a portal's page", () => new Response("<h1>"), { code: "network", status: null }],
  ])("fails with %s", async (_, answer, failure) => {
    expect(await failureOf(site(answer).files.list(null))).toMatchObject(failure);
  });

  it("deletes in a request that outlives the page; a file that is gone already is deleted", async () => {
    const { files, requests } = site(() => new Response(null, { status: 404 }));
    await files.delete("1");
    expect(requests[0]).toMatchObject([
      "http://page/prefix/api/files/1",
      { method: "DELETE", keepalive: true },
    ]);
    expect(
      await failureOf(site(() => Response.json(PROBLEM, { status: 503 })).files.delete("1")),
    ).toMatchObject(PROBLEM);
  });
});
