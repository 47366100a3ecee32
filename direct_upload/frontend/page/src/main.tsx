import { createUploader, shareOf } from "@direct-upload/client";
import { render } from "preact";
import { copyText } from "./browser/clipboard.ts";
import { listenForFiles, pickFilesHere, pickFolderHere, pickOne } from "./browser/fileSources.ts";
import { readTexts, remembered, writeTexts } from "./browser/memory.ts";
import { paced } from "./browser/pace.ts";
import { SiteFiles } from "./browser/siteFiles.ts";
import { SiteLinks } from "./browser/siteLinks.ts";
import { SiteRequests } from "./browser/siteRequests.ts";
import { SiteSession } from "./browser/siteSession.ts";
import { browserTimers } from "./browser/timers.ts";
import { type LanguageCode, pickLanguage } from "./i18n/languages.ts";
import { loadWords } from "./i18n/load.ts";
import type { Words } from "./i18n/words.ts";
import { Announcer } from "./model/announcer.ts";
import { Controller } from "./model/controller.ts";
import { Session } from "./model/session.ts";
import { Sharing } from "./model/sharing.ts";
import { StoredFiles } from "./model/storedFiles.ts";
import { UploadsPanel } from "./model/uploadsPanel.ts";
import { Page } from "./view/page.tsx";

/** How often waiting times are counted down. */
const TICK_MS = 500;

const chosenLanguage = remembered(() => localStorage, "direct-upload.language");
const unfinishedDeletions = remembered(() => sessionStorage, "direct-upload.deleting");

const root = document.createElement("div");
document.body.append(root);

const uploader = createUploader();
const draw = paced(show);
const site = new SiteRequests(
  document.baseURI,
  (url, init) => fetch(url, init),
  (failure) => session.heard(failure),
);
const session = new Session(new SiteSession(site), go, draw);
const files = new StoredFiles(new SiteFiles(site), browserTimers, draw);
const sharing = new Sharing(new SiteLinks(site), copyText, browserTimers, draw, (file, seconds) =>
  controller.linkCopied(file, seconds),
);
const announcer = new Announcer(browserTimers, () => controller.words, draw);
const controller = new Controller(
  await wordsIn(pickLanguage(chosenLanguage.read(), navigator.languages)),
  {
    uploader,
    files,
    session,
    sharing,
    announcer,
    panel: new UploadsPanel(uploader, draw),
    timers: browserTimers,
    browser: {
      pickFiles: pickFilesHere,
      pickFolder: pickFolderHere,
      pickOne,
      openRecorder: async (words) => (await import("./recorder/open.ts")).openRecorder(uploader, words),
      loadWords: async (language) => {
        const words = await wordsIn(language);
        chosenLanguage.write(language);
        return words;
      },
    },
  },
  draw,
);

async function wordsIn(language: LanguageCode): Promise<Words> {
  const words = await loadWords(language, navigator.languages);
  document.documentElement.lang = language;
  document.documentElement.dir = words.direction;
  return words;
}

function go(address: string | null): void {
  if (address === null) location.reload();
  else location.assign(address);
}

function show(): void {
  const { state } = controller;
  const { summary } = state.uploads;
  announcer.watch(summary);
  const title = state.words.t("title");
  document.title =
    summary.underWay > 0 ? `${state.words.format.percent(shareOf(summary))} · ${title}` : title;
  render(<Page state={state} actions={controller} />, root);
}

function undoByKey(event: KeyboardEvent): void {
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  const isTyping = event.target instanceof HTMLInputElement;
  if (!isUndo || isTyping || files.view.undoable.length === 0) return;
  event.preventDefault();
  controller.undo();
}

function leave(): void {
  writeTexts(unfinishedDeletions, files.leaving);
  void files.deleteNow();
}

uploader.on("changed", draw);
uploader.on("settled", (view) => controller.settled(view));
uploader.on("idle", (summary) => announcer.watch(summary));
setInterval(() => uploader.summary.underWay > 0 && draw(), TICK_MS);
listenForFiles(document, controller);
document.addEventListener("keydown", undoByKey);
addEventListener("pagehide", leave);
addEventListener("focus", () => void controller.lookAgain());

void files.finishDeleting(readTexts(unfinishedDeletions));
unfinishedDeletions.write(null);
void session.look();
void files.load();
void uploader.restore();
show();
