/** Runs `draw` before the next frame, once however often it was asked for. A hidden page is drawn too, but rarely. */
export function oncePerFrame(draw: () => void): () => void {
  let isAsked = false;
  const run = () => {
    isAsked = false;
    draw();
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    // Hidden pages get no animation frames, but their title and their live region still count.
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}
