import type { Side } from "./schema.ts";

/** The build that a document shows on a side. */
export function publishedBuild(sql: SqlStorage, side: Side, document: number): string | undefined {
  const query = `SELECT build FROM published_${side} WHERE document = ?`;
  return sql.exec<{ build: string }>(query, document).toArray()[0]?.build;
}
