import type { Build, BuildAnswer, IndexedDocument } from "./types.ts";

/** What the index knows of a document, in one row for all its builds. */
export interface DocumentRow extends Record<string, SqlStorageValue> {
  number: number;
  title: string;
  version: number;
  latest_build: string;
  abandoned: number;
  removed: number;
}

export function findDocument(sql: SqlStorage, id: string): DocumentRow | undefined {
  return sql
    .exec<DocumentRow>(
      "SELECT number, title, version, latest_build, abandoned, removed FROM documents WHERE id = ?",
      id,
    )
    .toArray()[0];
}

/** The document's row, made where there is none. */
export function knownDocument(sql: SqlStorage, id: string): DocumentRow {
  sql.exec(
    "INSERT INTO documents (id, title, tags, latest_build) VALUES (?, '', '[]', '') ON CONFLICT DO NOTHING",
    id,
  );
  const row = findDocument(sql, id);
  if (row === undefined) throw new Error("A document that was just written is not there.");
  return row;
}

/** Makes the build the document's latest one; doing it again is harmless. */
export function beginBuild(sql: SqlStorage, id: string, build: Build): BuildAnswer {
  const known = knownDocument(sql, id);
  if (known.removed) return "removed";
  if (build < known.latest_build || (build === known.latest_build && known.abandoned)) return "stale";
  sql.exec("UPDATE documents SET latest_build = ?, abandoned = 0 WHERE number = ?", build, known.number);
  return "ok";
}

/** Whether the build may still write. */
export function writable(known: DocumentRow | undefined, build: Build): BuildAnswer {
  if (known?.removed) return "removed";
  return known?.latest_build === build && !known.abandoned ? "ok" : "stale";
}

/** Takes over newer metadata; an older version changes nothing. Answers whether it was newer. */
export function updateMetadata(sql: SqlStorage, known: DocumentRow, document: IndexedDocument): boolean {
  if (known.removed || document.version <= known.version) return false;
  sql.exec(
    "UPDATE documents SET title = ?, author = ?, category = ?, language = ?, tags = ?, version = ? WHERE number = ?",
    document.title,
    document.author,
    document.category,
    document.language,
    JSON.stringify(document.tags),
    document.version,
    known.number,
  );
  return true;
}

/** Leaves the name alone behind, so that no late write brings the document back. */
export function markRemoved(sql: SqlStorage, number: number): void {
  sql.exec(
    `UPDATE documents SET title = '', author = NULL, category = NULL, language = NULL, tags = '[]', removed = 1
     WHERE number = ?`,
    number,
  );
}

/** Lets the build write no more, if it is still the latest one. */
export function abandonBuild(sql: SqlStorage, number: number, build: Build): void {
  sql.exec("UPDATE documents SET abandoned = 1 WHERE number = ? AND latest_build = ?", number, build);
}
