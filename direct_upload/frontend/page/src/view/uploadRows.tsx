import type { UploadView } from "@direct-upload/client";
import { useRef } from "preact/hooks";
import { describeUpload, type UploadRow } from "../model/uploadRow.ts";
import { useWords } from "./context.ts";
import { UploadRowItem } from "./uploadRowItem.tsx";
import { useVirtualRows } from "./virtualRows.ts";

/** Up to so many, the page scrolls; more get a window of their own, in which only those in sight are drawn. */
const MOST_IN_PAGE = 40;
const ROW_HEIGHT = 84;

interface UploadRowsProps {
  readonly views: readonly UploadView[];
  readonly otherFiles: ReadonlySet<string>;
  readonly now: number;
  readonly isOffline: boolean;
}

export function UploadRows(props: UploadRowsProps) {
  const words = useWords();
  const { views, otherFiles, now, isOffline } = props;
  const describe = (view: UploadView) =>
    describeUpload(view, words, { now, isOffline, isOtherFile: otherFiles.has(view.key) });
  if (views.length === 0) return <p class="empty">{words.t("uploads.none")}</p>;
  if (views.length > MOST_IN_PAGE) return <ScrollingRows views={views} describe={describe} />;
  return (
    <ul class="rows" aria-labelledby="uploads-heading">
      {views.map((view) => (
        <UploadRowItem key={view.key} row={describe(view)} />
      ))}
    </ul>
  );
}

interface ScrollingRowsProps {
  readonly views: readonly UploadView[];
  readonly describe: (view: UploadView) => UploadRow;
}

function ScrollingRows({ views, describe }: ScrollingRowsProps) {
  const words = useWords();
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualRows({
    count: views.length,
    keyAt: (index) => views[index]?.key ?? String(index),
    rowHeight: ROW_HEIGHT,
    scroller,
  });
  return (
    <section
      class="scroller"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard
      tabIndex={0}
      aria-label={words.count("files.count", views.length)}
    >
      <ul class="rows" style={{ blockSize: `${rows.height}px` }}>
        {rows.items.map(({ index, start, key }) => {
          const view = views[index];
          if (!view) return null;
          const place = { index, start, count: views.length, measure: rows.measure };
          return <UploadRowItem key={key} row={describe(view)} place={place} />;
        })}
      </ul>
    </section>
  );
}
