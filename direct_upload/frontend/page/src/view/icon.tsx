/** Strokes on a 20 by 20 grid. */
const PATHS = {
  file: "M5.5 2.5h6l4 4v9.5a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 16V4a1.5 1.5 0 0 1 1.5-1.5zM11.5 2.5v4h4",
  picture:
    "M4.5 3.5h11a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15V5a1.5 1.5 0 0 1 1.5-1.5zM3 13.5l4-4 4 4 2.5-2.5 3.5 3.5M12.8 7.2v.1",
  folder:
    "M2.5 5.5a1.5 1.5 0 0 1 1.5-1.5h3.6l2 2.2H16a1.5 1.5 0 0 1 1.5 1.5V14a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 14z",
  record:
    "M2.5 6.5A1.5 1.5 0 0 1 4 5h7a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 11 15H4a1.5 1.5 0 0 1-1.5-1.5zM12.5 9l5-3v8l-5-3",
  done: "M4 10.5l4 4 8-9",
  failed: "M10 5.5v5.5M10 14.2v.3M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6z",
  cancelled: "M5 10h10",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  retry: "M15.5 8.5A6 6 0 1 0 16 12M16 4v4.7h-4.7",
  pause: "M7 4.5v11M13 4.5v11",
  resume: "M6.5 4.5v11l9-5.5z",
  waiting: "M10 5.5V10l3 2M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6z",
  download: "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
  person: "M10 3a3.4 3.4 0 1 0 0 6.8A3.4 3.4 0 0 0 10 3zM3.5 17c.6-3.2 3.2-4.8 6.5-4.8s5.9 1.6 6.5 4.8",
  link: "M8.3 11.7a3.4 3.4 0 0 0 4.8 0l2.9-2.9a3.4 3.4 0 0 0-4.8-4.8l-1 1M11.7 8.3a3.4 3.4 0 0 0-4.8 0L4 11.2A3.4 3.4 0 0 0 8.8 16l1-1",
  share:
    "M14.5 2.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM5.5 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM14.5 12.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM7.5 9l5-2.9M7.5 11l5 2.9",
  look: "M2 10s2.8-5 8-5 8 5 8 5-2.8 5-8 5-8-5-8-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
  remove: "M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  up: "M10 15.5v-11M5.5 9l4.5-4.5L14.5 9",
  down: "M10 4.5v11M5.5 11l4.5 4.5 4.5-4.5",
  back: "M12.5 4.5L7 10l5.5 5.5",
  forth: "M7.5 4.5L13 10l-5.5 5.5",
  tabs: "M6.5 6.5V4A1.5 1.5 0 0 1 8 2.5h8A1.5 1.5 0 0 1 17.5 4v8a1.5 1.5 0 0 1-1.5 1.5h-2.5M4 6.5h8A1.5 1.5 0 0 1 13.5 8v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5z",
  language:
    "M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6zM2.5 10h15M10 2.2c2.2 2.2 3.2 4.8 3.2 7.8s-1 5.6-3.2 7.8c-2.2-2.2-3.2-4.8-3.2-7.8s1-5.6 3.2-7.8z",
} as const;

export type IconName = keyof typeof PATHS;

/** Those that point along the line of writing. */
const TURNING: ReadonlySet<IconName> = new Set(["back", "forth", "resume"]);

/** A decorative drawing in the text's colour. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={TURNING.has(name) ? "icon turning" : "icon"} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
