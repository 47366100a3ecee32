import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "../i18n/words.ts";
import type { PageActions } from "../model/pageState.ts";

const WordsContext = createContext<Words | null>(null);
const ActionsContext = createContext<PageActions | null>(null);

export const ProvideWords = WordsContext.Provider;
export const ProvideActions = ActionsContext.Provider;

export function useWords(): Words {
  return given(useContext(WordsContext));
}

export function useActions(): PageActions {
  return given(useContext(ActionsContext));
}

function given<T>(value: T | null): T {
  if (value === null) throw new Error("This part of the page is shown outside of the page");
  return value;
}
