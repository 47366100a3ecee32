/** One row of a list: its element, and how it shows a newer state. */
export interface Row<Item> {
  readonly root: HTMLElement;
  update(item: Item): void;
}

/** Shows items as rows: keeps the row of an item that stays, and touches only rows whose item is another object. */
export class KeyedList<Key, Item> {
  readonly #rows = new Map<Key, { row: Row<Item>; item: Item }>();

  constructor(
    private readonly parent: HTMLElement,
    private readonly keyOf: (item: Item) => Key,
    private readonly newRow: (item: Item) => Row<Item>,
  ) {}

  /** Returns whether a row was removed that had the focus. */
  update(items: readonly Item[]): boolean {
    const lostFocus = this.#removeOthers(new Set(items.map(this.keyOf)));
    items.forEach((item, index) => {
      const { root } = this.#rowFor(item);
      const there = this.parent.children[index];
      if (there !== root) this.parent.insertBefore(root, there ?? null);
    });
    return lostFocus;
  }

  #rowFor(item: Item): Row<Item> {
    const key = this.keyOf(item);
    const known = this.#rows.get(key);
    if (known && known.item === item) return known.row;
    const row = known?.row ?? this.newRow(item);
    row.update(item);
    this.#rows.set(key, { row, item });
    return row;
  }

  #removeOthers(keys: ReadonlySet<Key>): boolean {
    let lostFocus = false;
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      lostFocus ||= row.root.contains(document.activeElement);
      row.root.remove();
      this.#rows.delete(key);
    }
    return lostFocus;
  }
}
