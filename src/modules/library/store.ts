import { and, eq, getTableColumns, inArray, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, DocumentId, JobId } from "../../platform/ids.ts";
import type { JobError } from "../jobs/job.ts";
import { type DocumentStatus, listWords, MAX_FILTER_WORDS, wordsOfDocument } from "./policy.ts";
import { documents, documentTerms, indexUpdates } from "./tables.ts";

export type Document = typeof documents.$inferSelect;

export async function findDocument(db: Database, desk: DeskId, id: string): Promise<Document | undefined> {
  const own = and(eq(documents.desk_id, desk), sql`${documents.id} = ${id}`);
  return (await db.select().from(documents).where(own).limit(1))[0];
}

export async function findByHash(db: Database, desk: DeskId, sha256: string): Promise<Document | undefined> {
  const same = and(eq(documents.desk_id, desk), eq(documents.sha256, sha256));
  return (await db.select().from(documents).where(same).limit(1))[0];
}

export const SORTS = ["-created_at", "created_at", "title", "-title", "-updated_at", "updated_at"] as const;
export type Sort = (typeof SORTS)[number];

export interface DocumentFilter {
  category?: string | undefined;
  author?: string | undefined;
  status?: DocumentStatus | undefined;
  tag?: string[] | undefined;
  q?: string | undefined;
}

function sortColumn(sort: Sort): SQL {
  if (sort.endsWith("title")) return sql`${documents.title} COLLATE NOCASE`;
  return sort.endsWith("updated_at") ? sql`${documents.updated_at}` : sql`${documents.created_at}`;
}

export function positionOf(sort: Sort, row: Document): Position {
  if (sort.endsWith("title")) return [row.title, row.id];
  return [sort.endsWith("updated_at") ? row.updated_at : row.created_at, row.id];
}

/** `kind` and `term` of every tag and word that a document must have. */
function termsOf(filter: DocumentFilter): { kind: "tag" | "word"; term: string }[] {
  const tags = (filter.tag ?? []).map((term) => ({ kind: "tag" as const, term }));
  const words = listWords(filter.q ?? "")
    .slice(0, MAX_FILTER_WORDS)
    .map((term) => ({ kind: "word" as const, term }));
  return [...tags, ...words];
}

/**
 * A page by keyset. Unfiltered, or with one filter in the order of creation, it reads its own index and no more rows
 * than it gives; further filters are tested on the rows of the first.
 */
export async function listDocuments(
  db: Database,
  desk: DeskId,
  filter: DocumentFilter,
  sort: Sort,
  after: Position | undefined,
  limit: number,
): Promise<Document[]> {
  const [driver, ...others] = termsOf(filter);
  const byTerm = driver !== undefined && sort.endsWith("created_at");
  const column = byTerm ? sql`${documentTerms.created_at}` : sortColumn(sort);
  const id = byTerm ? sql`${documentTerms.document_id}` : sql`${documents.id}`;
  const where: SQL[] = byTerm
    ? [
        sql`${documentTerms.desk_id} = ${desk} AND ${documentTerms.kind} = ${driver.kind} AND ${documentTerms.term} = ${driver.term}`,
      ]
    : [sql`${documents.desk_id} = ${desk}`];
  for (const { kind, term } of byTerm || driver === undefined ? others : [driver, ...others]) {
    where.push(sql`EXISTS (SELECT 1 FROM document_terms t WHERE t.desk_id = ${desk} AND t.kind = ${kind}
      AND t.term = ${term} AND t.created_at = ${documents.created_at} AND t.document_id = ${documents.id})`);
  }
  if (filter.category !== undefined) where.push(sql`${documents.category} = ${filter.category}`);
  if (filter.author !== undefined) where.push(sql`${documents.author} = ${filter.author}`);
  if (filter.status !== undefined) where.push(sql`${documents.status} = ${filter.status}`);
  const down = sort.startsWith("-");
  if (after !== undefined) {
    // Not a comparison of rows: SQLite doesn't seek by one that has a collation.
    const [beyond, from] = down ? [sql`<`, sql`<=`] : [sql`>`, sql`>=`];
    where.push(
      sql`${column} ${from} ${after[0]} AND (${column} ${beyond} ${after[0]} OR ${id} ${beyond} ${after[1]})`,
    );
  }
  const columns = db.select(getTableColumns(documents));
  const rows = byTerm
    ? columns.from(documentTerms).innerJoin(documents, eq(documents.id, documentTerms.document_id)).$dynamic()
    : columns.from(documents).$dynamic();
  const direction = down ? sql`DESC` : sql`ASC`;
  return await rows
    .where(and(...where))
    .orderBy(sql`${column} ${direction}`, sql`${id} ${direction}`)
    .limit(limit);
}

/** Reads an index entry for each document of the desk; for jobs, not for requests. */
export async function countDocuments(db: Database, desk: DeskId): Promise<number> {
  return await db.$count(documents, eq(documents.desk_id, desk));
}

export const insertDocument = (db: Database, document: Document): Statement =>
  db.insert(documents).values(document);

/** An edit of what a person may change, only from the version they read; `token` marks the batch that won. */
export const editDocument = (db: Database, before: Document, after: Document, token: string): Statement => {
  const { author, category, description, language, tags, title, updated_at, version } = after;
  return db
    .update(documents)
    .set({ author, category, description, language, tags, title, updated_at, version, write_token: token })
    .where(
      and(
        eq(documents.desk_id, before.desk_id),
        eq(documents.id, before.id),
        eq(documents.version, before.version),
      ),
    );
};

/** Notes that the index has to hear of an edit, if the statement before it in the batch changed a row. */
export const noteIndexUpdate = (db: Database, { desk_id, id, version }: Document, now: number): Statement =>
  db.run(sql`
    INSERT INTO index_updates (desk_id, document_id, version, created_at)
    SELECT ${desk_id}, ${id}, ${version}, ${now} WHERE changes() > 0`);

export async function oldIndexUpdates(db: Database, before: number, limit: number) {
  return await db.select().from(indexUpdates).where(lt(indexUpdates.created_at, before)).limit(limit);
}

/** Drops the notes of a document up to a version that the index knows now. */
export async function dropIndexUpdate(
  db: Database,
  desk: DeskId,
  id: DocumentId,
  version: number,
): Promise<void> {
  await db
    .delete(indexUpdates)
    .where(
      and(
        eq(indexUpdates.desk_id, desk),
        eq(indexUpdates.document_id, id),
        lte(indexUpdates.version, version),
      ),
    );
}

/** Makes the terms of a document anew, if the batch's own edit has won. */
export function replaceTerms(db: Database, document: Document, token: string): [Statement, Statement] {
  const { author, created_at, description, desk_id, file_name, id, tags, title } = document;
  const words = wordsOfDocument([title, author, description, file_name]);
  const terms = JSON.stringify([
    ...tags.map((term) => ["tag", term]),
    ...words.map((term) => ["word", term]),
  ]);
  const won = sql`EXISTS (SELECT 1 FROM documents WHERE desk_id = ${desk_id} AND id = ${id} AND write_token = ${token})`;
  return [
    db.run(sql`DELETE FROM document_terms WHERE document_id = ${id} AND desk_id = ${desk_id} AND ${won}`),
    db.run(sql`
      INSERT OR IGNORE INTO document_terms (desk_id, kind, term, created_at, document_id)
      SELECT ${desk_id}, value ->> 0, value ->> 1, ${created_at}, ${id} FROM json_each(${terms}) WHERE ${won}`),
  ];
}

/** A new run of a document, unless its state or run changed since it was read. */
export const restartDocument = (db: Database, document: Document, job: JobId, now: number): Statement =>
  db
    .update(documents)
    .set({ status: "uploaded", error: null, job_id: job, updated_at: now })
    .where(
      and(
        eq(documents.desk_id, document.desk_id),
        eq(documents.id, document.id),
        eq(documents.job_id, document.job_id),
        eq(documents.status, document.status),
      ),
    );

/** Hands a document from a run that has ended to the next one, if the statement before it changed a row. */
export const restartRun = (
  db: Database,
  desk: DeskId,
  id: DocumentId,
  ended: JobId,
  next: JobId,
  now: number,
): Statement =>
  db
    .update(documents)
    .set({ status: "uploaded", error: null, job_id: next, updated_at: now })
    .where(
      and(eq(documents.desk_id, desk), eq(documents.id, id), eq(documents.job_id, ended), sql`changes() > 0`),
    );

/** Moves a document on within the run of `job`; a run that is over, or not its own, changes nothing. */
export async function moveDocument(
  db: Database,
  desk: DeskId,
  id: DocumentId,
  job: JobId,
  changes: Partial<Pick<Document, "format" | "unit_count" | "chunk_count" | "text_build">> & {
    status: DocumentStatus;
    error?: JobError | null;
  },
  now: number,
): Promise<boolean> {
  const moved = await db
    .update(documents)
    .set({ ...changes, updated_at: now })
    .where(
      and(
        eq(documents.desk_id, desk),
        eq(documents.id, id),
        eq(documents.job_id, job),
        inArray(documents.status, ["uploaded", "processing", "indexing"]),
      ),
    )
    .returning({ id: documents.id });
  return moved.length > 0;
}

export const deleteDocumentRow = (db: Database, desk: DeskId, id: DocumentId): Statement =>
  db.delete(documents).where(and(eq(documents.desk_id, desk), eq(documents.id, id)));
