import { useLayoutEffect, useRef } from "preact/hooks";
import { type CreatedLink, LIFETIMES, type LinkWish } from "../model/sharing.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Select } from "./select.tsx";

interface ShareWishProps {
  readonly wish: LinkWish;
  readonly isAsking: boolean;
}

/** What the next link will be like. */
export function ShareWish({ wish, isAsking }: ShareWishProps) {
  const words = useWords();
  const { sharing: actions } = useActions();
  return (
    <div class="share-wish">
      <Select
        label={words.t("share.ends")}
        isLabelShown
        value={String(wish.seconds)}
        options={LIFETIMES.map((seconds) => ({ value: String(seconds), text: words.format.span(seconds) }))}
        testId="share-ends"
        onChange={(seconds) => actions.wish({ seconds: Number(seconds) })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={wish.isOnce}
          data-testid="share-once"
          onChange={(event) => actions.wish({ isOnce: event.currentTarget.checked })}
        />
        {words.t("share.once")}
      </label>
      <Button
        kind="primary"
        icon="link"
        text={words.t("share.create")}
        isDisabled={isAsking}
        testId="share-create"
        onClick={() => actions.create()}
      />
    </div>
  );
}

/** The address of a link, the one time that it is known. The keyboard goes on with it. */
export function NewLink({ link }: { readonly link: CreatedLink }) {
  const words = useWords();
  const { sharing: actions } = useActions();
  const address = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    address.current?.focus();
    address.current?.select();
  }, [link.id]);
  return (
    <div class="share-new">
      <input
        ref={address}
        type="text"
        readOnly
        // A dialog that opens with it begins there.
        autofocus
        dir="ltr"
        value={link.url}
        aria-label={words.t("share.address")}
        aria-describedby="share-shown-once"
        data-testid="share-url"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button text={words.t("share.copy")} testId="share-copy" onClick={() => actions.copy()} />
      <p id="share-shown-once" class="facts">
        {words.t("share.shownOnce")}
      </p>
    </div>
  );
}
