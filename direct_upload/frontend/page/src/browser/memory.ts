/** A value kept in the browser's storage; where there is none, or it is forbidden, nothing is remembered. */
export interface Remembered {
  read(): string | null;
  write(value: string | null): void;
}

export function remembered(storage: () => Storage, key: string): Remembered {
  return {
    read: () => quietly(() => storage().getItem(key)),
    write: (value) =>
      void quietly(() => (value === null ? storage().removeItem(key) : storage().setItem(key, value))),
  };
}

/** A list of texts kept so; empty where what is kept is none: whatever is on the same origin may write there. */
export function readTexts({ read }: Remembered): readonly string[] {
  const kept: unknown = quietly(() => JSON.parse(read() ?? "[]"));
  return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
}

export function writeTexts({ write }: Remembered, texts: readonly string[]): void {
  write(texts.length > 0 ? JSON.stringify(texts) : null);
}

function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
