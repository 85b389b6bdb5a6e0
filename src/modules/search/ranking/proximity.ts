/** Two words that follow one another in the query, and what it tells to find them together. */
export interface Pair {
  first: string;
  second: string;
  weight: number;
}

/** Further apart than this, two words are not together. */
const MAX_GAP = 8;

/** The neighbouring pairs of the query's stems, weighted by the rarer-known of the two: min(idf). */
export function pairsOf(stems: readonly string[], idf: (stem: string) => number): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 1; at < stems.length; at += 1) {
    const first = stems[at - 1];
    const second = stems[at];
    if (first === undefined || second === undefined || first === second) continue;
    pairs.push({ first, second, weight: Math.min(idf(first), idf(second)) });
  }
  return pairs;
}

/**
 * How near the query's pairs stand in a passage, both 0 to 1: `order` is the share that stands side by side in the
 * query's order, `near` counts 1 / distance in either order, up to eight words.
 */
export function proximity(
  pairs: readonly Pair[],
  passage: readonly string[],
): { order: number; near: number } {
  const places = placesOf(passage, new Set(pairs.flatMap(({ first, second }) => [first, second])));
  let all = 0;
  let order = 0;
  let near = 0;
  for (const { first, second, weight } of pairs) {
    all += weight;
    const { follows, gap } = nearest(places.get(first), places.get(second));
    if (follows) order += weight;
    if (gap <= MAX_GAP) near += weight / gap;
  }
  return all > 0 ? { order: order / all, near: near / all } : { order: 0, near: 0 };
}

function placesOf(passage: readonly string[], wanted: ReadonlySet<string>): Map<string, number[]> {
  const places = new Map<string, number[]>();
  passage.forEach((stem, at) => {
    if (!wanted.has(stem)) return;
    const known = places.get(stem);
    if (known) known.push(at);
    else places.set(stem, [at]);
  });
  return places;
}

/** The least distance of two sorted lists of places, and whether a second one follows a first one at once. */
function nearest(firsts: number[] = [], seconds: number[] = []): { follows: boolean; gap: number } {
  let gap = Number.POSITIVE_INFINITY;
  let follows = false;
  let i = 0;
  let j = 0;
  for (;;) {
    const first = firsts[i];
    const second = seconds[j];
    if (first === undefined || second === undefined) return { follows, gap };
    gap = Math.min(gap, Math.abs(second - first));
    follows ||= second - first === 1;
    if (first < second) i += 1;
    else j += 1;
  }
}
