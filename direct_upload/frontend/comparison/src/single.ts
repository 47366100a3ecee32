import type { Prepare } from "./way.ts";

/** One PUT a file, one file after the other: what a page does that has a TempURL and no library. */
export const prepare: Prepare = ({ single }) => {
  return async (files) => {
    for (const [number, file] of files.entries()) await put(`${single.url}${number}?${single.query}`, file);
  };
};

function put(url: string, file: File): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    // As every page has that shows progress.
    request.upload.onprogress = () => undefined;
    request.onload = () => (request.status === 201 ? resolve() : reject(new Error(`PUT: ${request.status}`)));
    request.onerror = () => reject(new Error("PUT: no answer"));
    request.send(file);
  });
}
