import type { Build, IndexedChunk } from "./types.ts";

/** Chunks that wait for the rest of their build; nobody finds them. */
export interface StagedRow extends Record<string, SqlStorageValue> {
  idx: number;
  id: string;
  locator: string;
  bytes: string;
  heading: string;
  body: string;
}

/** Stages the chunks of the units [from, to), in place of what the build had there. */
export function stage(
  sql: SqlStorage,
  document: number,
  build: Build,
  [from, to]: [number, number],
  chunks: readonly IndexedChunk[],
): void {
  sql.exec(
    "DELETE FROM staged WHERE document = ? AND build = ? AND unit >= ? AND unit < ?",
    document,
    build,
    from,
    to,
  );
  for (const { bytes, heading, id, index, locator, text, unit } of chunks) {
    sql.exec(
      `INSERT INTO staged (document, build, idx, unit, id, locator, bytes, heading, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      document,
      build,
      index,
      unit,
      id,
      JSON.stringify(locator),
      JSON.stringify(bytes),
      heading,
      text,
    );
  }
}

export function countStaged(sql: SqlStorage, document: number, build: Build): number {
  const query = "SELECT count(*) AS n FROM staged WHERE document = ? AND build = ?";
  return sql.exec<{ n: number }>(query, document, build).one().n;
}

export function stagedChunks(sql: SqlStorage, document: number, build: Build): Iterable<StagedRow> {
  return sql.exec<StagedRow>(
    "SELECT idx, id, locator, bytes, heading, body FROM staged WHERE document = ? AND build = ? ORDER BY idx",
    document,
    build,
  );
}

/** Drops what a build of many documents has left staged. */
export function unstageBuild(sql: SqlStorage, build: Build): void {
  sql.exec("DELETE FROM staged WHERE build = ?", build);
}

/** Drops what is staged of a document: of one build, or of all. */
export function unstage(sql: SqlStorage, document: number, build?: Build): void {
  if (build === undefined) sql.exec("DELETE FROM staged WHERE document = ?", document);
  else sql.exec("DELETE FROM staged WHERE document = ? AND build = ?", document, build);
}
