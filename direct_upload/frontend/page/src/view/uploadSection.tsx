import { shareOf, type UploadsSummary } from "@direct-upload/client";
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
  return (
    <section class="card" aria-labelledby="uploads-heading" data-testid="uploads">
      <div class="section-head">
        <h2 id="uploads-heading" tabIndex={-1} ref={heading}>
          {words.t("uploads.heading")}
        </h2>
        <Summary summary={summary} />
      </div>
      {summary.underWay > 0 && <TotalProgress summary={summary} />}
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

function Summary({ summary }: { readonly summary: UploadsSummary }) {
  const words = useWords();
  return (
    <>
      <p class="summary" data-testid="upload-summary">
        <Parts text={summary.total > 0 ? summaryText(summary, words) : ""} />
      </p>
      {summary.underWay > 0 && <p class="percent">{words.format.percent(shareOf(summary))}</p>}
    </>
  );
}

function TotalProgress({ summary }: { readonly summary: UploadsSummary }) {
  const words = useWords();
  const share = shareOf(summary);
  return (
    <progress
      class="total"
      max={1}
      value={share}
      aria-label={words.t("uploads.progress")}
      aria-valuetext={`${words.format.percent(share)}, ${summaryText(summary, words)}`}
      data-testid="total-progress"
    />
  );
}
