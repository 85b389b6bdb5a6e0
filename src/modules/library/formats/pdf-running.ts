import type { Line } from "./pdf-lines.ts";

/** How many pages on either side decide whether a line is a running head. */
export const NEIGHBOUR_PAGES = 4;
/** A running head stands on so many pages of the window; in a shorter document, on each. */
const MIN_REPEATS = 3;
/** Lines that may be running heads: those on the outermost baselines. */
const EDGE_BASELINES = 2;
/** With more than this at its edge, a page is a table or an attack. */
const MAX_EDGE_LINES = 40;
const SAME_BASELINE = 2;
/** The same head may sit a little higher on another page. */
const SAME_PLACE = 6;
const PAGE_NUMBER =
  /^[-–—\s[(]*(?:page |seite |p\. ?)?(?:\d{1,5}|[ivxlc]{1,7})(?: ?(?:\/|of|von) ?\d{1,5})?[-–—\s)\]]*$/i;

/** A line at the edge of a page, in the form in which it repeats: digits don't count. */
interface Edge {
  line: Line;
  mask: string;
}

/**
 * The lines of a page without running heads, running feet and page numbers. They are known by standing at the
 * same place on several pages of the window, so the answer depends on `page` and its `neighbours` alone.
 */
export function withoutRunningLines(page: readonly Line[], neighbours: readonly (readonly Line[])[]): Line[] {
  const others = neighbours.filter((lines) => lines.length > 0).map(edgesOf);
  const needed = Math.min(MIN_REPEATS - 1, others.length);
  if (needed === 0) return [...page];
  const running = new Set(
    edgesOf(page)
      .filter((edge) => others.filter((edges) => edges.some((other) => isSame(edge, other))).length >= needed)
      .map(({ line }) => line),
  );
  return page.filter((line) => !running.has(line));
}

function edgesOf(lines: readonly Line[]): Edge[] {
  const baselines = [...new Set(lines.map(({ y }) => Math.round(y / SAME_BASELINE)))].sort((a, b) => b - a);
  const edges = new Set([...baselines.slice(0, EDGE_BASELINES), ...baselines.slice(-EDGE_BASELINES)]);
  const outer = lines.filter(({ y }) => edges.has(Math.round(y / SAME_BASELINE)));
  if (outer.length > MAX_EDGE_LINES) return [];
  return outer.map((line) => ({ line, mask: maskOf(line.text) }));
}

function maskOf(text: string): string {
  if (PAGE_NUMBER.test(text)) return "#";
  return text.toLowerCase().replace(/\d+/g, "#");
}

function isSame(a: Edge, b: Edge): boolean {
  return a.mask === b.mask && Math.abs(a.line.y - b.line.y) <= SAME_PLACE;
}
