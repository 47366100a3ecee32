import { part } from "./elements.ts";

/** A word about what was just chosen; none hides it. Its region is live, so it is said aloud as well. */
export function showNotice(message: string): void {
  part("notice").textContent = message;
}
