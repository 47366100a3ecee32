import type { Lease, SegmentSignatures } from "../types.ts";

/** Signatures are cheap, and useless when they have ended: so many segments are signed at a time. */
export const SIGNED_AT_ONCE = 32;

type Sign = (numbers: readonly number[], signal: AbortSignal) => Promise<SegmentSignatures>;
type Leases = ReadonlyMap<number, Lease>;

/** The leases of single segments, for clusters that take no signature for all of them. Each brings those that come next. */
export class SignatureBook {
  #leases = new Map<number, Lease>();
  readonly #asked = new Map<number, Promise<Leases>>();

  /** `following`: which segments are still to be sent from a number on, that one included, nearest first. */
  constructor(
    private readonly sign: Sign,
    private readonly following: (number: number) => readonly number[],
    private readonly now: () => number,
  ) {}

  /** A lease for the segment, good for a while. Rejects as `sign` does. */
  async leaseOf(url: string, number: number, signal: AbortSignal): Promise<Lease> {
    const known = this.#fresh(number);
    if (known) return known;
    const leases = await (this.#asked.get(number) ?? this.#ask(url, number, signal));
    const lease = leases.get(number);
    if (!lease) throw new RangeError(`There is no signature for segment ${number}`);
    return lease;
  }

  /** Says that `lease` may have been refused. What refuses one refuses the others of its time. */
  distrust(lease: Lease): void {
    if ([...this.#leases.values()].includes(lease)) this.#leases.clear();
  }

  #fresh(number: number): Lease | null {
    const lease = this.#leases.get(number);
    return lease && this.now() < lease.renewAt ? lease : null;
  }

  #ask(url: string, number: number, signal: AbortSignal): Promise<Leases> {
    const isWanted = (other: number) => !this.#fresh(other) && !this.#asked.has(other);
    const others = this.following(number).filter((other) => other !== number && isWanted(other));
    const numbers = [number, ...others].slice(0, SIGNED_AT_ONCE);
    const asked = this.#fetch(url, numbers, signal).finally(() => {
      for (const each of numbers) this.#asked.delete(each);
    });
    for (const each of numbers) this.#asked.set(each, asked);
    return asked;
  }

  async #fetch(url: string, numbers: readonly number[], signal: AbortSignal): Promise<Leases> {
    const { queries, renewAt } = await this.sign(numbers, signal);
    const leases = new Map<number, Lease>();
    numbers.forEach((number, at) => {
      const query = queries[at];
      if (query !== undefined) leases.set(number, { url, query, renewAt });
    });
    this.#leases = new Map([...this.#leases, ...leases]);
    return leases;
  }
}
