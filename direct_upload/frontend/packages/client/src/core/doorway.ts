/** A file that waits for its turn, or has it. */
export interface Visitor {
  /** Lower goes first; no two have the same. */
  readonly order: number;
  readonly bytes: number;
  /** Its turn has come. */
  enter(): void;
}

export interface Room {
  /** Files at a time, the idle ones included. */
  readonly visitors: number;
  /** So many are sending at a time, however big they are: the next one is begun while one ends. */
  readonly few: number;
  /** More than a few are sending at a time when they have no more bytes than this together. */
  readonly bytes: number;
}

export const SITE_ROOM: Room = { visitors: 200, few: 2, bytes: 32 << 20 };

/**
 * Lets files begin, in their order: a few big ones, or many small ones, whose round trips overlap. Small ones come in
 * crowds, when half of the last one has left: what is asked of the site for a crowd is asked in one request. Who waits
 * costs a place in a list and nothing else.
 */
export class Doorway {
  /** Sorted by order. */
  readonly #queue: Visitor[] = [];
  readonly #inside = new Set<Visitor>();
  readonly #sending = new Set<Visitor>();
  #sendingBytes = 0;
  /** Whether the room was full, and has not been half empty since. */
  #isCrowded = false;

  constructor(private readonly room: Room = SITE_ROOM) {}

  /** Calls `visitor.enter` when its turn has come, perhaps at once. */
  queue(visitor: Visitor): void {
    this.#queue.splice(this.#place(visitor), 0, visitor);
    this.#admit();
  }

  /** Takes a visitor out, from wherever it is. */
  leave(visitor: Visitor): void {
    const place = this.#place(visitor);
    if (this.#queue[place] === visitor) this.#queue.splice(place, 1);
    this.#inside.delete(visitor);
    this.rest(visitor);
  }

  /** The visitor sends nothing for a while, and others may. */
  rest(visitor: Visitor): void {
    if (this.#sending.delete(visitor)) this.#sendingBytes -= visitor.bytes;
    this.#admit();
  }

  /** It sends again. */
  rise(visitor: Visitor): void {
    if (!this.#inside.has(visitor) || this.#sending.has(visitor)) return;
    this.#sending.add(visitor);
    this.#sendingBytes += visitor.bytes;
  }

  #admit(): void {
    for (let next = this.#queue[0]; next && this.#hasRoomFor(next); next = this.#queue[0]) {
      this.#queue.shift();
      this.#inside.add(next);
      this.rise(next);
      next.enter();
    }
  }

  #hasRoomFor({ bytes }: Visitor): boolean {
    const { visitors, few } = this.room;
    const isHalfEmpty = this.#inside.size <= visitors / 2 && this.#sendingBytes <= this.room.bytes / 2;
    if (isHalfEmpty) this.#isCrowded = false;
    const isFull = this.#inside.size >= visitors;
    const isFree = this.#sendingBytes + bytes <= this.room.bytes && !isFull;
    if (!isFree) this.#isCrowded = true;
    return !isFull && (this.#sending.size < few || (isFree && !this.#isCrowded));
  }

  /** Where the visitor is in the queue, or would be. */
  #place({ order }: Visitor): number {
    let from = 0;
    let to = this.#queue.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#queue[middle]?.order ?? 0) < order) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
