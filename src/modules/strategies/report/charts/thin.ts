/**
 * Indices of the points that a line needs at so many columns of pixels: of each column the first, the least, the greatest and the
 * last, so that no peak is lost (M4; Jugel et al. 2014). Positions rise; what is not finite is left out.
 */
export function thinned(positions: Float64Array, values: Float64Array, columns: number): number[] {
  const first = positions[0] ?? 0;
  const width = (positions.at(-1) ?? 0) - first;
  const kept: number[] = [];
  let column = -1;
  let [begin, least, greatest, end] = [-1, -1, -1, -1];
  const keep = () => {
    const extremes = least < greatest ? [least, greatest] : [greatest, least];
    for (const index of [begin, ...extremes, end]) if (index >= 0 && index !== kept.at(-1)) kept.push(index);
  };
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const at = width > 0 ? Math.floor((((positions[index] ?? 0) - first) / width) * columns) : 0;
    if (at !== column) {
      keep();
      column = at;
      begin = least = greatest = index;
    }
    if (value < (values[least] ?? 0)) least = index;
    if (value > (values[greatest] ?? 0)) greatest = index;
    end = index;
  }
  keep();
  return kept;
}
