const NAMESPACE = "http://www.w3.org/2000/svg";

/** Strokes on a 20 by 20 grid. */
const PATHS = {
  file: "M5.5 2.5h6l4 4v9.5a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 16V4a1.5 1.5 0 0 1 1.5-1.5zM11.5 2.5v4h4",
  done: "M4 10.5l4 4 8-9",
  failed: "M10 5.5v5.5M10 14.2v.3M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6z",
  cancelled: "M5 10h10",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  retry: "M15.5 8.5A6 6 0 1 0 16 12M16 4v4.7h-4.7",
  download: "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
  remove: "M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative drawing in the text's colour. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
