const SMALLEST = 1024;
/** Ranks to a page; pages are never copied, so that growing needs no second set of them. */
const PAGE = 8_192;

/**
 * Ranks of points that were tried, in the order in which they came: pages of doubles, and a table of places by hash that is at most
 * three quarters full. A million take 16 MB, and 20 MB while the table grows.
 */
export class RankSet {
  /** Place of a rank plus one; 0 is free. */
  #table = new Uint32Array(SMALLEST);
  readonly #pages: Float64Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(rank: number): boolean {
    return this.#table[this.#slotOf(rank)] !== 0;
  }

  add(rank: number): void {
    const slot = this.#slotOf(rank);
    if (this.#table[slot] !== 0) return;
    const place = this.#size % PAGE;
    if (place === 0) this.#pages.push(new Float64Array(PAGE));
    const page = this.#pages.at(-1);
    if (page) page[place] = rank;
    this.#size += 1;
    this.#table[slot] = this.#size;
    if (this.#size * 4 > this.#table.length * 3) this.#grow();
  }

  at(place: number): number {
    return this.#pages[Math.floor(place / PAGE)]?.[place % PAGE] ?? Number.NaN;
  }

  #grow(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let place = 0; place < this.#size; place += 1) this.#table[this.#slotOf(this.at(place))] = place + 1;
  }

  /** Where in the table the rank stands or would stand. */
  #slotOf(rank: number): number {
    const mask = this.#table.length - 1;
    const mixed = Math.imul(rank | 0, 0x9e3779b1) ^ Math.imul((rank / 2 ** 32) | 0, 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const place = this.#table[slot] ?? 0;
      if (place === 0 || this.at(place - 1) === rank) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
