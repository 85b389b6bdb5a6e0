/** Sources by their path below `src/`, as `test/support/sources.ts` gives them. */
export type Sources = Record<string, string>;

export interface Import {
  from: string;
  /** A path below `src/`, or the name of a package. */
  to: string;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

export function importsOf(sources: Sources): Import[] {
  return Object.entries(sources).flatMap(([from, text]) =>
    [...text.matchAll(IMPORT)].map(([, static_ = "", dynamic = ""]) => ({
      from,
      to: resolved(from, static_ || dynamic),
    })),
  );
}

function resolved(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `https://src/${from}`).pathname.slice(1);
}

/** `modules/library`, `http`, `platform`, or the file itself where it stands at the top. */
export function partOf(path: string): string {
  const [top = "", second = "", ...deeper] = path.split("/");
  if (top === "modules") return deeper.length > 0 ? `modules/${second}` : path;
  return top;
}

/**
 * Who may import whom, from the top down: a file imports from its own layer and from those below. `env.ts` only types
 * the bindings, so all may know it.
 */
const LAYERS = [
  ["worker.ts"],
  ["app.ts"],
  ["openapi.ts", "job-types.ts", "deliveries.ts"],
  ["modules"],
  ["http"],
  ["platform"],
  ["env.ts"],
];

const layerOf = (path: string): number =>
  LAYERS.findIndex((layer) => layer.includes(path.split("/")[0] ?? ""));

export const isOwn = (path: string): boolean => layerOf(path) >= 0;

/** Imports that point up, from a file that stands nowhere, or at one that isn't there. */
export function upwardImports(sources: Sources): string[] {
  const nowhere = Object.keys(sources).filter((path) => !isOwn(path) && !path.endsWith(".d.ts"));
  const wrong = importsOf(sources).filter(({ from, to }) => {
    if (!(to in sources)) return to.endsWith(".ts");
    return layerOf(from) > layerOf(to);
  });
  return [
    ...nowhere.map((path) => `${path} stands in no layer`),
    ...wrong.map(({ from, to }) => `${from} imports ${to}`),
  ];
}

/** Circles in a graph, each told once as the way around. */
export function circles(edges: Import[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (node: string, way: string[]): void => {
    const start = way.indexOf(node);
    if (start >= 0) found.push([...way.slice(start), node].join(" → "));
    if (start >= 0 || done.has(node)) return;
    for (const { to } of next.get(node) ?? []) visit(to, [...way, node]);
    done.add(node);
  };
  for (const node of next.keys()) visit(node, []);
  return [...new Set(found)];
}

export function circlesOfFiles(sources: Sources): string[] {
  return circles(importsOf(sources).filter(({ to }) => to in sources));
}

export function circlesOfParts(sources: Sources): string[] {
  const edges = importsOf(sources).filter(({ to }) => to in sources);
  const between = edges.map(({ from, to }) => ({ from: partOf(from), to: partOf(to) }));
  const seen = new Set<string>();
  return circles(
    between.filter(({ from, to }) => from !== to && !seen.has(`${from} ${to}`) && seen.add(`${from} ${to}`)),
  );
}

/** The text without comments and without what stands in quotes, for rules about code. */
export function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[\s;{}(,])\/\/[^\n]*/g, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}
