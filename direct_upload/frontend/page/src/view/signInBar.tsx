import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";

/** Says that nothing goes on without signing in. Its region is always there, so that it is said aloud. */
export function SignInBar({ isNeeded }: { readonly isNeeded: boolean }) {
  const words = useWords();
  const actions = useActions();
  return (
    <div class="notice" role="alert" data-testid="sign-in-needed">
      {isNeeded && (
        <>
          <p>{words.t("session.needed")}</p>
          <Button text={words.t("session.signIn")} testId="sign-in" onClick={() => actions.signIn()} />
        </>
      )}
    </div>
  );
}
