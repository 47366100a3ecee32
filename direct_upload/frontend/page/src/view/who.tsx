import type { SessionView } from "../model/session.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Icon } from "./icon.tsx";

/** Who is signed in, and the way out or in; nothing where nobody signs in. */
export function Who({ session }: { readonly session: SessionView }) {
  const words = useWords();
  const actions = useActions();
  const { name, signInUrl, signOutUrl, isSignInNeeded } = session;
  return (
    <div class="session">
      {name !== null && (
        <p class="who" title={name} data-testid="who">
          <Icon name="person" />
          <span class="unseen">{words.t("session.signedIn", { name })}</span>
          <bdi aria-hidden="true">{name}</bdi>
        </p>
      )}
      {signOutUrl !== null && (
        <Button text={words.t("session.signOut")} testId="sign-out" onClick={() => actions.signOut()} />
      )}
      {signInUrl !== null && !isSignInNeeded && (
        <Button text={words.t("session.signIn")} testId="sign-in" onClick={() => actions.signIn()} />
      )}
    </div>
  );
}
