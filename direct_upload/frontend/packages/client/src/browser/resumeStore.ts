import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Fingerprint, ResumeRecord, ResumeStore } from "../types.ts";

/** Raise it with a change of the schema, and mend the older ones in `upgrade`. */
const VERSION = 1;
const DATABASE = "direct-upload";
const STORE = "uploads";
/** As long as a site's tickets live, by default: after that, a record is worth nothing. */
const LIFE_MS = 7 * 24 * 3600 * 1000;
/** An old tab that keeps the database from being opened must not keep uploads from starting. */
const OPENING_MS = 3000;

type FingerprintKey = [endpoint: string, path: string, size: number, lastModified: number];

interface Schema extends DBSchema {
  uploads: { key: string; value: ResumeRecord; indexes: { fingerprint: FingerprintKey } };
}

type Database = IDBPDatabase<Schema>;

/** Null stands for a record that is to be deleted. */
type Changes = ReadonlyMap<string, ResumeRecord | null>;

/**
 * Remembers uploads in IndexedDB. Changes that come together are written together, in one transaction, and the last one
 * of a key wins. `now` is the wall clock, in milliseconds since 1970.
 */
export class IndexedDbResumeStore implements ResumeStore {
  #opening: Promise<Database | null> | null = null;
  #changes = new Map<string, ResumeRecord | null>();
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly now: () => number = Date.now) {}

  async list(endpoint: string): Promise<readonly ResumeRecord[]> {
    // An array sorts after all strings: these are all keys that begin with the endpoint.
    const range = () => IDBKeyRange.bound([endpoint], [endpoint, []]);
    const records = await this.#read((database) => database.getAllFromIndex(STORE, "fingerprint", range()));
    return (records ?? []).sort((one, other) => one.begunAt - other.begunAt);
  }

  async find({ endpoint, path, size, lastModified }: Fingerprint): Promise<ResumeRecord | null> {
    const key: FingerprintKey = [endpoint, path, size, lastModified];
    return (await this.#read((database) => database.getFromIndex(STORE, "fingerprint", key))) ?? null;
  }

  put(record: ResumeRecord): Promise<void> {
    return this.#change(record.key, record);
  }

  delete(key: string): Promise<void> {
    return this.#change(key, null);
  }

  async #read<T>(query: (database: Database) => Promise<T>): Promise<T | null> {
    await this.#writing;
    const database = await this.#database();
    return database && quietly(() => query(database));
  }

  #change(key: string, record: ResumeRecord | null): Promise<void> {
    // The first of several that come together has them all written.
    if (this.#changes.size === 0) this.#writing = this.#writing.then(() => this.#write());
    this.#changes.set(key, record);
    return this.#writing;
  }

  async #write(): Promise<void> {
    const database = await this.#database();
    const changes = this.#changes;
    this.#changes = new Map();
    if (database) await quietly(() => writeAsFarAsPossible(database, changes));
  }

  /** Null when there is none: then nothing is remembered. A connection that the browser ends is opened again. */
  #database(): Promise<Database | null> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  #open(): Promise<Database | null> {
    const opening = opened(this.now() - LIFE_MS, () => {
      this.#opening = null;
    });
    const soonest = Promise.race([opening, soon()]);
    // Until it is open there is none for anybody; then there is, however late.
    void opening.then(() => {
      if (this.#opening === soonest) this.#opening = opening;
    });
    return soonest;
  }
}

/** Null when the database can't be opened. */
async function opened(oldestBegunAt: number, onLost: () => void): Promise<Database | null> {
  const database = await quietly(() => open(onLost));
  if (database) await quietly(() => forget(database, oldestBegunAt));
  return database;
}

function open(onLost: () => void): Promise<Database> {
  return openDB<Schema>(DATABASE, VERSION, {
    upgrade: (fresh) => {
      const uploads = fresh.createObjectStore(STORE, { keyPath: "key" });
      uploads.createIndex("fingerprint", ["endpoint", "path", "size", "lastModified"]);
    },
    // A tab with a newer page wants another schema: it must not wait for this one to be closed.
    blocking: (_current, _wanted, event) => {
      onLost();
      (event.target as IDBDatabase).close();
    },
    terminated: onLost,
  });
}

function soon(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, OPENING_MS, null));
}

async function forget(database: Database, oldestBegunAt: number): Promise<void> {
  const records = await database.getAll(STORE);
  const expired = records.filter(({ begunAt }) => begunAt < oldestBegunAt);
  if (expired.length > 0) await write(database, new Map(expired.map(({ key }) => [key, null])));
}

/** Some browsers keep no handles in some of their modes: the rest is worth keeping too. */
async function writeAsFarAsPossible(database: Database, changes: Changes): Promise<void> {
  try {
    await write(database, changes);
  } catch {
    const plain = [...changes].map(([key, record]) => [key, record && { ...record, handle: null }] as const);
    await write(database, new Map(plain));
  }
}

async function write(database: Database, changes: Changes): Promise<void> {
  // Relaxed: what a crash of the machine takes away is asked for again, from Swift.
  const transaction = database.transaction(STORE, "readwrite", { durability: "relaxed" });
  const written = [...changes].map(async ([key, record]) => {
    if (record) await transaction.store.put(record);
    else await transaction.store.delete(key);
  });
  await Promise.all([...written, transaction.done]);
}

/** Null in place of any failure: forbidden, full, damaged, closed. To an upload they are all the same. */
async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
