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

function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
