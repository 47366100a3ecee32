import { useRef } from "preact/hooks";
import type { Words } from "../i18n/words.ts";
import type { ShareLink, SharingView } from "../model/sharing.ts";
import { SEPARATOR } from "../model/uploadRow.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Parts } from "./parts.tsx";

/** The links to a file that open now. */
export function ShareLinks({ sharing }: { readonly sharing: SharingView }) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const { links } = sharing;
  return (
    <section class="share-links" aria-labelledby="share-links-heading">
      <h3 id="share-links-heading" tabIndex={-1} ref={heading}>
        {words.t("share.links")}
      </h3>
      {links === null && <Missing sharing={sharing} />}
      {links?.length === 0 && (
        <p class="soft" data-testid="share-none">
          {words.t("share.none")}
        </p>
      )}
      <ul>
        {links?.map((link) => (
          <LinkItem
            key={link.id}
            link={link}
            isAsking={sharing.isAsking}
            onRevoke={() => heading.current?.focus()}
          />
        ))}
      </ul>
    </section>
  );
}

function Missing({ sharing: { file, isAsking } }: { readonly sharing: SharingView }) {
  const words = useWords();
  const { sharing: actions } = useActions();
  if (isAsking) return <p class="soft">{words.t("share.loading")}</p>;
  return <Button text={words.t("files.retry")} testId="share-reload" onClick={() => actions.open(file)} />;
}

interface LinkItemProps {
  readonly link: ShareLink;
  readonly isAsking: boolean;
  /** The pressed button will vanish with its link: somebody else must take the focus. */
  readonly onRevoke: () => void;
}

function LinkItem({ link, isAsking, onRevoke }: LinkItemProps) {
  const words = useWords();
  const { sharing: actions } = useActions();
  const text = linkText(link, words);
  const revoke = words.t("share.revoke");
  const press = () => {
    onRevoke();
    actions.revoke(link.id);
  };
  return (
    <li data-testid="share-link">
      <span>
        <Parts text={text} />
      </span>
      <Button
        text={revoke}
        label={words.t("action.of", { action: revoke, name: text })}
        isDisabled={isAsking}
        testId="share-revoke"
        onClick={press}
      />
    </li>
  );
}

function linkText({ expiresAt, isOnce, addresses }: ShareLink, words: Words): string {
  const parts = [words.t("share.endsAt", { moment: words.format.moment(expiresAt) })];
  if (isOnce) parts.push(words.t("share.isOnce"));
  if (addresses !== null) parts.push(words.t("share.addresses", { addresses }));
  return parts.join(SEPARATOR);
}
