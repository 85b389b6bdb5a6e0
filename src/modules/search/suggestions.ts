import type { DocumentId, UserId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { Completions } from "./index/complete.ts";
import { indexOf } from "./index/open.ts";
import { unaccented } from "./text/words.ts";

export type Suggestion =
  | { kind: "title"; text: string; document_id: DocumentId }
  | { kind: "term" | "query"; text: string };

/** Queries of the past that begin so, of the caller's own desk; it reads eight rows at most. */
export type PastQueries = (prefix: string, user: UserId, limit: number) => Promise<string[]>;

/** What the beginning of a query may become: past queries, words and titles of the caller's own desk. */
export async function suggestQueries(
  ctx: Ctx,
  { limit, prefix }: { prefix: string; limit: number },
  pastQueries: PastQueries,
): Promise<Suggestion[]> {
  requirePermission(ctx, "search:query");
  if (prefix.trim() === "") return [];
  const [queries, made] = await Promise.all([
    pastQueries(prefix, ctx.actor, limit),
    indexOf(ctx, ctx.desk).complete(prefix, limit),
  ]);
  ctx.cost.object_rows_read += made.rows_read;
  return mixed(queries, made, limit);
}

/** The best of each kind in turn, so that none hides the others; of those that read the same, the first. */
export function mixed(
  queries: readonly string[],
  { terms, titles }: Pick<Completions, "terms" | "titles">,
  limit: number,
): Suggestion[] {
  const kinds: Suggestion[][] = [
    queries.map((text) => ({ kind: "query", text })),
    terms.map((text) => ({ kind: "term", text })),
    titles.map(({ document_id, text }) => ({ kind: "title", text, document_id })),
  ];
  const longest = Math.max(...kinds.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, at) => kinds.flatMap((kind) => kind[at] ?? [])).flat();
  const said = new Set<string>();
  const isNew = ({ text }: Suggestion) => {
    const reads = unaccented(text.toLowerCase()).replace(/\s+/g, " ").trim();
    return !said.has(reads) && said.add(reads);
  };
  return inTurn.filter(isNew).slice(0, limit);
}
