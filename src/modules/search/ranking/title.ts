/** How much of what a title says was asked for: Σ idf of its stems in the query / Σ idf of its stems, 0 to 1. */
export function titleCoverage(
  title: readonly string[],
  query: ReadonlySet<string>,
  idf: (stem: string) => number,
): number {
  let asked = 0;
  let all = 0;
  for (const stem of new Set(title)) {
    const weight = idf(stem);
    all += weight;
    if (query.has(stem)) asked += weight;
  }
  return all > 0 ? asked / all : 0;
}
