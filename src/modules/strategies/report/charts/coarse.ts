import type { HeatMapContent } from "../content.ts";

/** Finer maps could not be told apart in half of a page's width. */
const MOST = 40;

/** The map with neighbouring cells put together by their mean until each side has 40 values at most. */
export function coarsened(map: HeatMapContent): HeatMapContent {
  const [across, up] = [stepOf(map.x.values), stepOf(map.y.values)];
  if (across === 1 && up === 1) return map;
  const width = map.x.values.length;
  const columns = Math.ceil(width / across);
  const rows = Math.ceil(map.y.values.length / up);
  const sums = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (const [at, value] of map.cells.entries()) {
    if (value === null) continue;
    const cell = Math.floor(at / width / up) * columns + Math.floor((at % width) / across);
    sums[cell] = (sums[cell] ?? 0) + value;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return {
    objective: `${map.objective}, means of ${across} × ${up}`,
    x: { ...map.x, values: map.x.values.filter((_, at) => at % across === 0) },
    y: { ...map.y, values: map.y.values.filter((_, at) => at % up === 0) },
    cells: Array.from(sums, (sum, cell) => (counts[cell] ? sum / (counts[cell] ?? 1) : null)),
  };
}

const stepOf = (values: readonly number[]): number => Math.max(1, Math.ceil(values.length / MOST));
