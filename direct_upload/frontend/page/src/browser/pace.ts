/** Faster than this nobody reads; ten thousand uploads are counted no oftener either. */
const PACE_MS = 100;

/**
 * Runs `draw` in a frame soon after it is asked for, once however often that was. A hidden page is drawn too: its
 * title and its live region still count.
 */
export function paced(draw: () => void): () => void {
  let isAsked = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const run = () => {
    isAsked = false;
    drawnAt = performance.now();
    draw();
  };
  const inFrame = () => (document.hidden ? run() : requestAnimationFrame(run));
  return () => {
    if (isAsked) return;
    isAsked = true;
    const wait = drawnAt + PACE_MS - performance.now();
    if (wait > 0) setTimeout(inFrame, wait);
    else inFrame();
  };
}
