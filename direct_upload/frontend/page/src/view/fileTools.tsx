import { ALL_SORTS, type FileQuery, type Sort } from "../model/fileTable.ts";
import { useActions, useWords } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Select } from "./select.tsx";

/** Search, and on narrow screens, where the columns' headings have no room, the order. */
export function FileTools({ query }: { readonly query: FileQuery }) {
  const words = useWords();
  const actions = useActions();
  const text = words.t("files.search");
  return (
    <search class="file-tools">
      <label class="search">
        <span class="unseen">{text}</span>
        <Icon name="search" />
        <input
          type="search"
          placeholder={text}
          value={query.search}
          data-testid="file-search"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => actions.query({ search: event.currentTarget.value })}
        />
      </label>
      <Select
        class="sort-choice"
        label={words.t("files.sort")}
        value={nameOf(query.sort)}
        options={ALL_SORTS.map((sort) => ({
          value: nameOf(sort),
          text: words.t(`sort.${sort.by}.${sort.direction}`),
        }))}
        testId="file-sort"
        onChange={(value) =>
          actions.query({ sort: ALL_SORTS.find((sort) => nameOf(sort) === value) ?? query.sort })
        }
      />
    </search>
  );
}

function nameOf({ by, direction }: Sort): string {
  return `${by}.${direction}`;
}
