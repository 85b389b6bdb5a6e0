import type { getDocumentProxy } from "unpdf";
import { enter } from "./blocks.ts";
import { cleanCharacters, collapse } from "./clean-text.ts";
import type { OuterHeading, Unit } from "./document.ts";

export type PdfProxy = Awaited<ReturnType<typeof getDocumentProxy>>;

const MAX_ENTRIES = 1_000;
const MAX_DEPTH = 4;
/** Headings that the outline doesn't know stand below all that it does. */
const UNKNOWN_LEVEL = 10;

interface OutlineEntry {
  title: string;
  level: number;
  page: number;
}

type OutlineNode = Awaited<ReturnType<PdfProxy["getOutline"]>>[number];

/** The document's own table of contents, by which pages know under which headings they stand. */
export interface Outline {
  /** The unit with its headings at their true levels, and those in force at its beginning. */
  place(unit: Unit): Unit;
}

/** An outline that is missing or broken leaves pages as they are. */
export async function readOutline(pdf: PdfProxy): Promise<Outline> {
  const entries = await entriesOf(pdf).catch(() => []);
  if (entries.length === 0) return { place: (unit) => unit };
  return {
    place(unit) {
      const above: OuterHeading[] = [];
      const here = entries.filter(({ page }) => page === unit.index);
      for (const { page, title, level } of entries) {
        if (page < unit.index) enter(above, [{ text: title, level }]);
      }
      const headings = unit.headings.map((heading) => {
        const known = here.find(({ title }) => isSameTitle(title, heading.title));
        return { ...heading, level: known?.level ?? UNKNOWN_LEVEL + heading.level };
      });
      return { ...unit, headings, above };
    },
  };
}

async function entriesOf(pdf: PdfProxy): Promise<OutlineEntry[]> {
  const entries: OutlineEntry[] = [];
  const visit = async (nodes: readonly OutlineNode[], level: number): Promise<void> => {
    for (const { title, dest, items } of nodes) {
      if (entries.length >= MAX_ENTRIES) return;
      const page = await pageOf(pdf, dest);
      const clean = collapse(cleanCharacters(title));
      if (page !== undefined && clean !== "") entries.push({ title: clean, level, page });
      if (level < MAX_DEPTH) await visit(items, level + 1);
    }
  };
  await visit((await pdf.getOutline()) ?? [], 1);
  return entries;
}

async function pageOf(pdf: PdfProxy, dest: OutlineNode["dest"]): Promise<number | undefined> {
  try {
    const [target] = (typeof dest === "string" ? await pdf.getDestination(dest) : dest) ?? [];
    if (typeof target === "number") return target;
    return target ? await pdf.getPageIndex(target) : undefined;
  } catch {
    return undefined;
  }
}

/** Printed titles have a number or a full stop that the outline may lack. */
function isSameTitle(known: string, printed: string): boolean {
  const [a, b] = [known, printed].map((title) => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ""));
  return a !== undefined && b !== undefined && a !== "" && (a === b || a.endsWith(b) || b.endsWith(a));
}
