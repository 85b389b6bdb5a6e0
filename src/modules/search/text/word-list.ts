/** Words in their order with how many passages have each: made of lines "word count", sorted by word. */
export class WordList {
  readonly words: readonly string[];
  readonly counts: Int32Array;

  constructor(lines: readonly string[]) {
    const cuts = lines.map((line) => line.lastIndexOf(" "));
    this.words = lines.map((line, at) => line.slice(0, cuts[at]));
    this.counts = Int32Array.from(lines, (line, at) => Number(line.slice((cuts[at] ?? 0) + 1)));
  }

  /** In how many passages the word stands; 0 for an unknown one. */
  countOf(word: string): number {
    const at = this.#firstFrom(word);
    return this.words[at] === word ? (this.counts[at] ?? 0) : 0;
  }

  /** The words that begin so, the commonest first. */
  startingWith(prefix: string, limit: number): string[] {
    const found: number[] = [];
    for (let at = this.#firstFrom(prefix); this.words[at]?.startsWith(prefix); at += 1) found.push(at);
    found.sort((a, b) => (this.counts[b] ?? 0) - (this.counts[a] ?? 0) || a - b);
    return found.slice(0, limit).flatMap((at) => this.words[at] ?? []);
  }

  /** The place of the first word that is not before this one. */
  #firstFrom(word: string): number {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.words[middle] ?? "") < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
