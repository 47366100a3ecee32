/** Safari takes only what it is promised in the click itself; older browsers take no promises. */
export async function copyText(text: string | Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "undefined") return navigator.clipboard.writeText(await text);
  const promised = Promise.resolve(text).then((known) => new Blob([known], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": promised })]);
}
