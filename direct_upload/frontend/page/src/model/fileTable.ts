import type { StoredFile } from "@direct-upload/client";

export type SortKey = "name" | "size" | "date";
export type SortDirection = "ascending" | "descending";

export interface Sort {
  readonly by: SortKey;
  readonly direction: SortDirection;
}

export interface FileQuery {
  readonly search: string;
  readonly sort: Sort;
  /** From 0. */
  readonly page: number;
}

/** One page of the files that were asked for. `from` and `to` count from 1; both are 0 when there is none. */
export interface FileTable {
  readonly rows: readonly StoredFile[];
  readonly page: number;
  readonly pageCount: number;
  readonly from: number;
  readonly to: number;
  readonly found: number;
}

/** Files that the table shows at a time. */
export const PAGE_SIZE = 50;

export const FIRST_QUERY: FileQuery = {
  search: "",
  sort: { by: "date", direction: "descending" },
  page: 0,
};

/** What a first click on a column gives: names from A, the largest, the newest. */
const FIRST_DIRECTIONS: Readonly<Record<SortKey, SortDirection>> = {
  name: "ascending",
  size: "descending",
  date: "descending",
};

export const ALL_SORTS: readonly Sort[] = (["date", "name", "size"] as const).flatMap((by) => {
  const first = FIRST_DIRECTIONS[by];
  return [
    { by, direction: first },
    { by, direction: opposite(first) },
  ];
});

type Compare = (a: StoredFile, b: StoredFile) => number;

/** Orders all files; `compareNames` is the reader's language's order of names. */
export function sortFiles(
  files: readonly StoredFile[],
  { by, direction }: Sort,
  compareNames: (a: string, b: string) => number,
): readonly StoredFile[] {
  const orders: Readonly<Record<SortKey, Compare>> = {
    name: (a, b) => compareNames(a.name, b.name),
    size: (a, b) => a.size - b.size,
    date: (a, b) => a.createdAt.getTime() - b.createdAt.getTime(),
  };
  const sign = direction === "ascending" ? 1 : -1;
  const compare = orders[by];
  // Ids grow with time: among equals, the newest is first.
  return files.toSorted((a, b) => sign * compare(a, b) || (a.id < b.id ? 1 : -1));
}

/** Files whose path contains every word of the search, whatever its case and accents. */
export function findFiles(files: readonly StoredFile[], search: string): readonly StoredFile[] {
  const wanted = fold(search).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return files;
  return files.filter(({ name }) => {
    const folded = fold(name);
    return wanted.every((word) => folded.includes(word));
  });
}

/** The page of `files` that is asked for, or the last one when there are fewer. */
export function pageOf(files: readonly StoredFile[], page: number, pageSize: number): FileTable {
  const pageCount = Math.max(1, Math.ceil(files.length / pageSize));
  const shown = Math.min(Math.max(0, page), pageCount - 1);
  const rows = files.slice(shown * pageSize, (shown + 1) * pageSize);
  const from = rows.length > 0 ? shown * pageSize + 1 : 0;
  return { rows, page: shown, pageCount, from, to: shown * pageSize + rows.length, found: files.length };
}

/** A click on a column: its usual order first, the opposite on the next click. */
export function sortedBy(current: Sort, by: SortKey): Sort {
  if (current.by !== by) return { by, direction: FIRST_DIRECTIONS[by] };
  return { by, direction: opposite(current.direction) };
}

/** `holiday/beach.jpg` as `holiday/` and `beach.jpg`. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const end = path.lastIndexOf("/") + 1;
  return { folder: path.slice(0, end), name: path.slice(end) };
}

const PICTURES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
]);

/** Whether it is a picture that browsers show and never run. */
export function isPicture({ type }: StoredFile): boolean {
  return PICTURES.has(type.split(";")[0]?.trim().toLowerCase() ?? "");
}

function opposite(direction: SortDirection): SortDirection {
  return direction === "ascending" ? "descending" : "ascending";
}

/** Without case and accents: `Août` and `aout` are the same. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
