/** As a constructed style sheet it needs no permission from a content security policy. */
export const STYLE = `
:host {
  --edge: var(--direct-upload-edge, color-mix(in srgb, currentColor 45%, transparent));
  --line: var(--direct-upload-line, color-mix(in srgb, currentColor 18%, transparent));
  --soft: var(--direct-upload-soft, color-mix(in srgb, currentColor 78%, transparent));
  --wash: var(--direct-upload-wash, color-mix(in srgb, currentColor 5%, transparent));
  --accent: var(--direct-upload-accent, LinkText);
  --radius: var(--direct-upload-radius, 0.5rem);
  display: block;
  font: inherit;
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
.zone {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem 0.75rem;
  padding: 1rem;
  border: 1px dashed var(--edge);
  border-radius: var(--radius);
  background: var(--wash);
}
.zone.over { border-style: solid; border-color: var(--accent); outline: 2px solid var(--accent); }
.hint { color: var(--soft); }
.limit { flex-basis: 100%; color: var(--soft); font-size: 0.875em; }
button, .download {
  display: inline-flex;
  align-items: center;
  min-block-size: 2.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: transparent;
  color: inherit;
  font: inherit;
  font-size: 0.875em;
  text-decoration: none;
  cursor: pointer;
}
.choose { font-size: 1em; font-weight: 600; color: var(--accent); border-color: currentColor; }
button:hover:not(:disabled), .download:hover { background: var(--line); }
button:disabled { opacity: 0.55; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.list { margin: 0.75rem 0 0; padding: 0; list-style: none; }
.row {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  align-items: center;
  gap: 0.125rem 0.75rem;
  padding: 0.625rem 0.25rem;
  border-block-start: 1px solid var(--line);
}
.row:first-child { border-block-start: 0; }
.name { overflow-wrap: anywhere; font-weight: 600; }
.status { grid-row: 2; color: var(--soft); font-size: 0.875em; font-variant-numeric: tabular-nums; }
.actions { grid-area: 1 / 2 / span 2; display: flex; flex-wrap: wrap; justify-content: end; gap: 0.5rem; }
.bar, .detail { grid-column: 1 / -1; }
.row { content-visibility: auto; contain-intrinsic-block-size: auto 4rem; }
.bar { margin-block-start: 0.25rem; inline-size: 100%; block-size: 0.5rem; accent-color: var(--accent); }
.detail { font-size: 0.875em; }
.row[data-state="failed"] .detail, .notice { border-inline-start: 3px solid var(--direct-upload-bad, #d33); padding-inline-start: 0.5rem; }
.notice { margin: 0.75rem 0 0; font-size: 0.875em; white-space: pre-line; }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) {
  .actions { grid-area: auto / 1 / auto / -1; justify-content: start; margin-block-start: 0.375rem; }
  .status { grid-row: auto; }
  .name, .status { grid-column: 1 / -1; }
}
@media (forced-colors: active) {
  .zone.over { outline-color: Highlight; }
  button:disabled { color: GrayText; opacity: 1; }
}
`;
