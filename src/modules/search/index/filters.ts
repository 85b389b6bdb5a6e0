import type { SearchFilters } from "./types.ts";

/** The numbers of the documents that pass the filters; undefined where all do. Reads documents, never passages. */
export function passing(sql: SqlStorage, filters: SearchFilters): Set<number> | undefined {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add("category = ?", filters.category);
  add("author = ?", filters.author);
  add("language = ?", filters.language);
  add("id IN (SELECT value FROM json_each(?))", filters.document_ids && JSON.stringify(filters.document_ids));
  for (const tag of filters.tags ?? []) add("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)", tag);
  if (conditions.length === 0) return undefined;
  const query = `SELECT number FROM documents WHERE removed = 0 AND ${conditions.join(" AND ")}`;
  return new Set(
    sql
      .exec<{ number: number }>(query, ...values)
      .toArray()
      .map(({ number }) => number),
  );
}
