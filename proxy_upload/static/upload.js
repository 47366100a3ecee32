// Sends the form with progress, and shows the caller's files. XMLHttpRequest, because fetch tells no upload progress.
"use strict";

const element = (id) => document.getElementById(id);
const form = element("form");
const POLL_MILLISECONDS = 500;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

function sizeText(bytes) {
  const power = bytes ? Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1) : 0;
  return `${(bytes / 1024 ** power).toFixed(power ? 1 : 0)} ${UNITS[power]}`;
}

function say(text, isFault = false) {
  element("message").textContent = text;
  element("message").classList.toggle("fault", isFault);
}

function setBusy(isBusy) {
  element("send").disabled = isBusy;
  element("cancel").hidden = !isBusy;
  element("transfer").hidden = !isBusy;
}

async function showFiles() {
  const answer = await fetch("/files");
  if (!answer.ok) return;
  const { files } = await answer.json();
  element("none").hidden = files.length > 0;
  element("files").replaceChildren(...files.map(fileRow));
}

function fileRow(file) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  const size = document.createElement("span");
  link.href = file.download_url;
  link.textContent = file.name;
  size.textContent = sizeText(file.size);
  row.append(link, size);
  return row;
}

function send(body, onProgress) {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "json";
  request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
  const answer = new Promise((resolve, reject) => {
    request.onload = () =>
      request.status < 300
        ? resolve({ status: request.status, document: request.response })
        : reject(new Error(request.response?.detail ?? `The server answered ${request.status}.`));
    request.onerror = () => reject(new Error("The connection broke. Try again."));
    request.onabort = () => reject(new Error("Cancelled."));
  });
  request.send(body);
  return { answer, cancel: () => request.abort() };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// A background upload is only queued when its request ends.
async function untilStored(statusUrl) {
  for (;;) {
    const answer = await fetch(statusUrl);
    const { state } = answer.ok ? await answer.json() : { state: "unknown" };
    if (state === "stored") return;
    if (state === "failed") throw new Error("The storage refuses this file.");
    say("Received. It is on its way into the storage.");
    await pause(POLL_MILLISECONDS);
  }
}

async function upload(event) {
  event.preventDefault();
  const { name } = element("file").files[0];
  const transfer = send(new FormData(form), (loaded, total) => {
    element("progress").value = total ? loaded / total : 0;
    say(`${name}: ${sizeText(loaded)} of ${sizeText(total)}`);
  });
  element("cancel").onclick = transfer.cancel;
  setBusy(true);
  try {
    const { status, document: result } = await transfer.answer;
    if (status === 202) await untilStored(result.status_url);
    say(`${name} is stored.`);
    form.reset();
  } catch (error) {
    say(`${name}: ${error.message}`, true);
  } finally {
    setBusy(false);
    await showFiles();
  }
}

form.addEventListener("submit", upload);
showFiles();
