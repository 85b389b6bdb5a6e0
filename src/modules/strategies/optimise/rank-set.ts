const NONE = -1;
const SMALLEST = 1024;

/** Ranks of points that were tried: a hash table in a typed array, 16 to 32 bytes a rank, so that a million take 32 MB at most. */
export class RankSet {
  #table = new Float64Array(SMALLEST).fill(NONE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(rank: number): boolean {
    return this.#table[this.#placeOf(rank)] === rank;
  }

  add(rank: number): void {
    const place = this.#placeOf(rank);
    if (this.#table[place] === rank) return;
    this.#table[place] = rank;
    this.#size += 1;
    if (this.#size * 2 > this.#table.length) this.#grow();
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Float64Array(old.length * 2).fill(NONE);
    for (const rank of old) if (rank !== NONE) this.#table[this.#placeOf(rank)] = rank;
  }

  /** Where the rank stands or would stand. */
  #placeOf(rank: number): number {
    const mask = this.#table.length - 1;
    const mixed = Math.imul(rank | 0, 0x9e3779b1) ^ Math.imul((rank / 2 ** 32) | 0, 0x85ebca6b);
    let place = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#table[place] !== NONE && this.#table[place] !== rank) place = (place + 1) & mask;
    return place;
  }
}
