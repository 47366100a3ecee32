/** Control characters and halves of surrogate pairs: no header, log or URL can carry them safely. */
const UNSAFE = /[\p{Cc}\p{Cs}]/gu;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/** The name to store a file under: its own, with every character that can't be carried replaced by `_`. */
export function cleanName(name: string): string {
  return name.replace(UNSAFE, "_");
}

/** The media type without parameters, or the general one where the browser knows none. */
export function cleanType(type: string): string {
  const bare = (type.split(";")[0] ?? "").trim().toLowerCase();
  return MEDIA_TYPE.test(bare) ? bare : "application/octet-stream";
}
