import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface VirtualRows {
  /** The rows to draw: those in sight, some around them, and the one that has the focus. */
  readonly items: readonly VirtualItem[];
  /** In pixels. */
  readonly height: number;
  /** For each row's element, which carries `data-index`: its real height takes the place of the guess. */
  readonly measure: (element: Element | null) => void;
}

interface RowsOptions {
  readonly count: number;
  readonly keyAt: (index: number) => string;
  /** A guess, in pixels. */
  readonly rowHeight: number;
  readonly scroller: RefObject<HTMLElement>;
}

/** Draws the rows in sight only, however many there are. */
export function useVirtualRows({ count, keyAt, rowHeight, scroller }: RowsOptions): VirtualRows {
  const [, draw] = useReducer((times: number, _: undefined) => times + 1, 0);
  const focused = useRef<number | null>(null);
  const [rows] = useState(() => new Virtualizer<HTMLElement, Element>(options()));
  rows.setOptions(options());
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  useFocusedIndex(scroller, focused);
  return { items: rows.getVirtualItems(), height: rows.getTotalSize(), measure: rows.measureElement };

  function options() {
    return {
      count,
      getItemKey: keyAt,
      getScrollElement: () => scroller.current,
      estimateSize: () => rowHeight,
      overscan: 6,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      rangeExtractor: (range: Range) => withFocused(range, focused.current),
      onChange: () => draw(undefined),
    };
  }
}

function withFocused(range: Range, focused: number | null): number[] {
  const indexes = defaultRangeExtractor(range);
  if (focused === null || focused >= range.count || indexes.includes(focused)) return indexes;
  return [...indexes, focused].sort((a, b) => a - b);
}

/** Keeps the index of the row that has the focus: out of sight, it must not lose it. */
function useFocusedIndex(scroller: RefObject<HTMLElement>, focused: { current: number | null }): void {
  useLayoutEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const enter = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
      focused.current = row ? Number(row.dataset["index"]) : null;
    };
    const leave = () => {
      focused.current = null;
    };
    scroller.current?.addEventListener("focusin", enter, { signal });
    scroller.current?.addEventListener("focusout", leave, { signal });
    return () => leaving.abort();
  }, [scroller, focused]);
}
