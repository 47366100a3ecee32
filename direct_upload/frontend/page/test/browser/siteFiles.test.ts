import { describe, expect, it } from "vitest";
import { SiteFiles } from "../../src/browser/siteFiles.ts";
import { SiteLinks } from "../../src/browser/siteLinks.ts";
import { SiteRequests } from "../../src/browser/siteRequests.ts";
import { SiteSession } from "../../src/browser/siteSession.ts";
import { SiteFailure } from "../../src/model/storedFiles.ts";

const PROBLEM = { code: "storage-unavailable", detail: "Away." };

function site(answer: () => Response | Promise<Response>) {
  const requests: [string, RequestInit][] = [];
  const heard: string[] = [];
  const fetch = (url: URL, init: RequestInit) => {
    requests.push([url.href, init]);
    return Promise.resolve(answer());
  };
  const site = new SiteRequests("http://page/prefix/", fetch, ({ code }) => heard.push(code));
  return { site, files: new SiteFiles(site), requests, heard };
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
      { code: "unexplained", status: 500 },
    ],
    ["no answer", () => Promise.reject(new TypeError("Failed to fetch")), { code: "network", status: null }],
    ["a portal's page", () => new Response("<h1>"), { code: "network", status: null }],
    [
      "what is no list",
      () => Response.json({ files: [{ name: 7 }], next: null }),
      { name: "MalformedAnswer" },
    ],
  ])("fails with %s", async (_, answer, failure) => {
    expect(await failureOf(site(answer).files.list(null))).toMatchObject(failure);
  });

  it("deletes in a request that outlives the page; a file that is gone already is deleted", async () => {
    const { files, requests } = site(() => new Response(null, { status: 404 }));
    await files.delete("1");
    expect(requests[0]).toMatchObject([
      "http://page/prefix/api/files/1",
      { method: "DELETE", keepalive: true, signal: expect.any(AbortSignal) },
    ]);
    expect(
      await failureOf(site(() => Response.json(PROBLEM, { status: 503 })).files.delete("1")),
    ).toMatchObject(PROBLEM);
  });
});

describe("the site's links", () => {
  const link = { id: "l1", expires_at: "2026-01-02T03:04:05Z", once: true, addresses: null };
  const expected = { id: "l1", expiresAt: new Date("2026-01-02T03:04:05Z"), isOnce: true, addresses: null };

  it("are listed, made and revoked", async () => {
    const { site: requests, requests: sent } = site(() =>
      Response.json({ ...link, links: [link], url: "/l/abc" }),
    );
    const links = new SiteLinks(requests);
    expect(await links.list("f1")).toEqual([expected]);
    const wish = { seconds: 3600, isOnce: true };
    expect(await links.create("f1", wish)).toEqual({ ...expected, url: "http://page/l/abc" });
    await links.revoke("f1", "l1");
    expect(sent.map(([url, { method, body }]) => [url, method, body])).toEqual([
      ["http://page/prefix/api/files/f1/links", undefined, undefined],
      ["http://page/prefix/api/files/f1/links", "POST", '{"expires_in":3600,"once":true}'],
      ["http://page/prefix/api/files/f1/links/l1", "DELETE", undefined],
    ]);
  });
});

describe("the site's session", () => {
  it("leads back to this page after signing in", async () => {
    const answer = { identity: "oidc", name: null, sign_in_url: "/auth/sign-in", sign_out_url: null };
    const session = new SiteSession(site(() => Response.json(answer)).site);
    const signInUrl = "http://page/auth/sign-in?next=%2Fprefix%2F";
    expect(await session.look()).toEqual({ name: null, signInUrl, signOutUrl: null });
  });

  it("is ended by a POST, which tells where to go on", async () => {
    const { site: requests, requests: sent } = site(() => Response.json({ location: "http://provider/end" }));
    expect(await new SiteSession(requests).signOut("/auth/sign-out")).toBe("http://provider/end");
    expect(sent[0]).toMatchObject(["http://page/auth/sign-out", { method: "POST" }]);
  });

  it("is missed when a request is refused for want of it", async () => {
    const refusal = { code: "sign-in-needed", detail: "Sign in." };
    const { files, heard } = site(() => Response.json(refusal, { status: 401 }));
    expect(await failureOf(files.list(null))).toMatchObject({ ...refusal, status: 401 });
    expect(heard).toEqual(["sign-in-needed"]);
  });
});
