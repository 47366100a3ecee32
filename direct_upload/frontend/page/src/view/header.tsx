import mark from "../assets/mark.svg";
import { LANGUAGES } from "../i18n/languages.ts";
import type { SessionView } from "../model/session.ts";
import { useActions, useWords } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Select } from "./select.tsx";
import { Who } from "./who.tsx";

const OPTIONS = Object.entries(LANGUAGES).map(([value, text]) => ({ value, text, lang: value }));

export function Header({ session }: { readonly session: SessionView }) {
  const words = useWords();
  const actions = useActions();
  return (
    <header class="page-head">
      <img class="mark" src={mark} alt="" width="40" height="40" />
      {/* A name: it is written from left to right in every language. */}
      <h1 dir="ltr">
        direct<span>upload</span>
      </h1>
      <p class="tagline">{words.t("tagline")}</p>
      <div class="head-tools">
        <div class="language">
          <Icon name="language" />
          <Select
            label={words.t("language")}
            value={words.language}
            options={OPTIONS}
            testId="language"
            onChange={(code) => actions.setLanguage(code)}
          />
        </div>
        <Who session={session} />
      </div>
    </header>
  );
}
