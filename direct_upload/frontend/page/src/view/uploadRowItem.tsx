import type { Offer, UploadState } from "@direct-upload/client";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { UploadRow } from "../model/uploadRow.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Parts } from "./parts.tsx";
import { Path } from "./path.tsx";

const STATE_ICONS: Readonly<Record<UploadState, IconName>> = {
  queued: "file",
  uploading: "file",
  verifying: "file",
  paused: "pause",
  following: "tabs",
  interrupted: "failed",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

interface ActionLook {
  readonly icon: IconName;
  readonly isBare: boolean;
  /** Buttons with the same slot take each other's place, and with it the focus. */
  readonly slot: string;
}

const ACTIONS: Readonly<Record<Offer, ActionLook>> = {
  now: { icon: "retry", isBare: false, slot: "go" },
  retry: { icon: "retry", isBare: false, slot: "go" },
  allow: { icon: "resume", isBare: false, slot: "go" },
  supply: { icon: "file", isBare: false, slot: "go" },
  pause: { icon: "pause", isBare: true, slot: "toggle" },
  resume: { icon: "resume", isBare: true, slot: "toggle" },
  cancel: { icon: "close", isBare: true, slot: "cancel" },
};

/** Where a row stands in a list of which only a part is drawn. */
export interface Place {
  readonly index: number;
  /** In pixels from the list's start. */
  readonly start: number;
  readonly count: number;
  readonly measure: (element: Element | null) => void;
}

export function UploadRowItem({ row, place }: { readonly row: UploadRow; readonly place?: Place }) {
  const root = useRef<HTMLLIElement>(null);
  const onPressed = useKeptFocus(root, row.actions.join());
  useLayoutEffect(() => place?.measure(root.current));
  return (
    <li
      ref={root}
      class="row upload"
      data-testid="upload-row"
      data-state={row.state}
      data-tone={row.tone}
      tabIndex={-1}
      {...(place && {
        "data-index": place.index,
        "aria-posinset": place.index + 1,
        "aria-setsize": place.count,
        style: { transform: `translateY(${place.start}px)` },
      })}
    >
      <span class="badge">
        <Icon name={iconOf(row)} />
      </span>
      <About row={row} />
      <div class="actions">
        {row.actions.map((action) => (
          <ActionButton key={ACTIONS[action].slot} action={action} row={row} onPressed={onPressed} />
        ))}
      </div>
      {row.share !== null && <Progress row={row} share={row.share} />}
    </li>
  );
}

function iconOf({ tone, state }: UploadRow): IconName {
  return tone === "waiting" && state !== "interrupted" ? "waiting" : STATE_ICONS[state];
}

function About({ row }: { readonly row: UploadRow }) {
  return (
    <div class="about">
      <Path folder={row.folder} name={row.name} testId="upload-name" />
      <p class="facts" data-testid="upload-status">
        <Parts text={row.status} />
      </p>
      {row.detail !== null && (
        <p class="detail" data-testid={row.state === "failed" ? "upload-error" : "upload-detail"}>
          {row.detail}
        </p>
      )}
    </div>
  );
}

function Progress({ row, share }: { readonly row: UploadRow; readonly share: number }) {
  const words = useWords();
  return (
    <progress
      max={1}
      value={share}
      aria-label={words.t("upload.progress", { name: row.name })}
      aria-valuetext={`${words.format.percent(share)}, ${row.status}`}
      data-testid="upload-progress"
    />
  );
}

interface ActionButtonProps {
  readonly action: Offer;
  readonly row: UploadRow;
  readonly onPressed: () => void;
}

function ActionButton({ action, row, onPressed }: ActionButtonProps) {
  const words = useWords();
  const actions = useActions();
  const { icon, isBare } = ACTIONS[action];
  const text = words.t(`action.${action}`);
  const press = () => {
    onPressed();
    actions.act(row.key, action);
  };
  return (
    <Button
      kind={isBare ? "quiet" : action === "now" ? "plain" : "primary"}
      icon={icon}
      isBare={isBare}
      text={text}
      label={words.t("action.of", { action: text, name: row.name })}
      testId={`upload-${action}`}
      onClick={press}
    />
  );
}

/** When the pressed button has vanished, the row takes the focus: the keyboard goes on from here. */
function useKeptFocus(root: { current: HTMLElement | null }, actions: string): () => void {
  const wasPressed = useRef(false);
  useLayoutEffect(() => {
    if (wasPressed.current && document.activeElement === document.body)
      root.current?.focus({ preventScroll: true });
    wasPressed.current = false;
  }, [actions]);
  return () => {
    wasPressed.current = true;
  };
}
