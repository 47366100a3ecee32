import { shareOf } from "@direct-upload/client";
import { useRef } from "preact/hooks";
import { type BulkActions, type Show, summaryText, uploadsToShow } from "../model/uploadList.ts";
import type { UploadsState } from "../model/uploadsPanel.ts";
import { useWords } from "./context.ts";
import { Parts } from "./parts.tsx";
import { UploadRows } from "./uploadRows.tsx";
import { UploadTools } from "./uploadTools.tsx";

interface UploadSectionProps {
  readonly uploads: UploadsState;
  readonly counts: Readonly<Record<Show, number>>;
  readonly bulk: BulkActions;
  readonly now: number;
}

/** The uploads of this visit, all together and one by one. */
export function UploadSection({ uploads, counts, bulk, now }: UploadSectionProps) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const { summary, views } = uploads;
  const share = shareOf(summary);
  const text = summary.total > 0 ? summaryText(summary, words) : "";
  const percent = words.format.percent(share);
  return (
    <section class="card" aria-labelledby="uploads-heading" data-testid="uploads">
      <div class="section-head">
        <h2 id="uploads-heading" tabIndex={-1} ref={heading}>
          {words.t("uploads.heading")}
        </h2>
        <p class="summary" data-testid="upload-summary">
          <Parts text={text} />
        </p>
        {summary.underWay > 0 && <p class="percent">{percent}</p>}
      </div>
      {summary.underWay > 0 && (
        <progress
          class="total"
          max={1}
          value={share}
          aria-label={words.t("uploads.progress")}
          aria-valuetext={`${percent}, ${text}`}
          data-testid="total-progress"
        />
      )}
      <UploadTools
        uploads={uploads}
        counts={counts}
        bulk={bulk}
        onVanishing={() => heading.current?.focus()}
      />
      <UploadRows
        views={uploadsToShow(views, uploads.show)}
        otherFiles={uploads.otherFiles}
        now={now}
        isOffline={summary.isOffline}
      />
    </section>
  );
}
