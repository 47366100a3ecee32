import { describe, expect, it, vi } from "vitest";
import { NOBODY, Session, type SessionInfo, type SessionStore } from "../../src/model/session.ts";
import { SiteFailure } from "../../src/model/storedFiles.ts";
import { settle } from "../fakes.ts";

const REFUSAL = { code: "sign-in-needed", detail: "Sign in.", status: 401 };
const ANN: SessionInfo = { name: "Ann", signInUrl: null, signOutUrl: "/out" };
const NONE: SessionInfo = { name: null, signInUrl: "/in", signOutUrl: null };

function bench(...answers: SessionInfo[]) {
  const look = vi.fn(async () => answers.shift() ?? Promise.reject(new SiteFailure(REFUSAL)));
  const store: SessionStore = { look, signOut: vi.fn(async () => "http://provider/end") };
  const go = vi.fn();
  return { session: new Session(store, go, () => {}), look, go };
}

describe("the session", () => {
  it("is nobody's as long as the site does not say", async () => {
    const { session } = bench();
    await session.look();
    expect(session.view).toEqual(NOBODY);
  });

  it("asks once where to sign in, however many requests were refused", async () => {
    const { session, look, go } = bench(ANN, NONE);
    await session.look();
    session.heard(null);
    session.heard({ ...REFUSAL, code: "network" });
    expect(look).toHaveBeenCalledTimes(1);
    session.heard(REFUSAL);
    session.heard(REFUSAL);
    await settle();
    expect(look).toHaveBeenCalledTimes(2);
    expect(session.view).toEqual({ ...NONE, isSignInNeeded: true });
    session.signIn();
    expect(go).toHaveBeenCalledWith("/in");
  });

  it("opens the page anew where no address is known: a proxy signs in there", async () => {
    const { session, go } = bench();
    session.heard(REFUSAL);
    await settle();
    session.signIn();
    expect(go).toHaveBeenCalledWith(null);
  });

  it.each([
    ["with a name", ANN, true],
    ["without a name", { ...ANN, name: null }, true],
    ["still nobody", NONE, false],
  ])("knows whether somebody is back: %s", async (_, answer, isBack) => {
    const { session } = bench(NONE, answer);
    session.heard(REFUSAL);
    await settle();
    expect(await session.look()).toBe(isBack);
    expect(session.view.isSignInNeeded).toBe(!isBack);
  });

  it("goes where the site says after signing out", async () => {
    const { session, go } = bench(ANN);
    await session.look();
    await session.signOut();
    expect(go).toHaveBeenCalledWith("http://provider/end");
  });
});
