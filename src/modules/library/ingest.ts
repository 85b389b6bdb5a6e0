import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import { newId } from "../../platform/ids.ts";
import { auditIfChanged } from "../audit/record.ts";
import { defineJob, PermanentFailure, type Slice, type SliceOutcome } from "../jobs/define.ts";
import type { Progress } from "../jobs/job.ts";
import { indexOf } from "../search/index/open.ts";
import type { BuildAnswer } from "../search/index/types.ts";
import { indexedDocument } from "./describe.ts";
import { stageRange } from "./embed.ts";
import { writeTextPart } from "./extracted-text.ts";
import { type DocumentMetadata, FORMATS, type OpenDocument, UnreadableDocument } from "./formats/document.ts";
import { requireSize } from "./formats/limits.ts";
import { openDocument } from "./formats/open.ts";
import { guardPdf } from "./formats/pdf-guard.ts";
import { detectFormat } from "./formats/sniff.ts";
import { chunksOf } from "./indexing.ts";
import { type DocumentInput, documentInput, INGEST } from "./job-input.ts";
import { originalKey } from "./object-keys.ts";
import { cut, titleOfFile, UNITS_PER_RANGE } from "./policy.ts";
import { settleDocument } from "./settle.ts";
import {
  type Document,
  editDocument,
  findDocument,
  moveDocument,
  replaceTerms,
  restartRun,
} from "./store.ts";

export const ingestCheckpoint = z.object({
  format: z.enum(FORMATS),
  unit_count: z.number(),
  next_unit: z.number(),
  next_chunk: z.number(),
});
type Checkpoint = z.infer<typeof ingestCheckpoint>;
export type Ingestion = Slice<DocumentInput, Checkpoint>;

/** Reads a document range by range: text to R2, chunks to the index, and shows them when the last one is there. */
export const ingestJob = defineJob({
  type: INGEST,
  input: documentInput,
  checkpoint: ingestCheckpoint,
  run: async (slice: Ingestion): Promise<SliceOutcome> => await readDocument(slice, await ownDocument(slice)),
  restart: async ({ clock, db }, ended, next) => {
    const { document_id } = documentInput.parse(ended.input);
    return [restartRun(db, ended.desk_id, document_id, ended.id, next.id, clock.now())];
  },
  settled: settleDocument,
});

/** A slice of the reading of a document that belongs to the slice's job. */
export async function readDocument(slice: Ingestion, document: Document): Promise<SliceOutcome> {
  try {
    return await ingest(slice, document);
  } catch (error) {
    if (error instanceof UnreadableDocument) throw new PermanentFailure(error.code, error.message);
    throw error;
  }
}

export const superseded = () =>
  new PermanentFailure("documents.superseded", "The document was deleted or processed anew.");

async function ownDocument({ desk, id, input, platform }: Ingestion): Promise<Document> {
  const document = await findDocument(platform.db, desk, input.document_id);
  if (document?.job_id !== id) throw superseded();
  return document;
}

async function ingest(slice: Ingestion, document: Document): Promise<SliceOutcome> {
  requireSize(document.size_bytes);
  if (slice.resumed === undefined) await move(slice, document, { status: "processing" });
  const bytes = await originalBytes(slice, document);
  const format = slice.resumed?.format ?? detectFormat(bytes, document.file_name);
  if (slice.resumed === undefined && format === "pdf") await guardPdf(bytes);
  const opened = await openDocument(format, bytes);
  try {
    const start = slice.resumed ?? { format, unit_count: opened.unitCount, next_unit: 0, next_chunk: 0 };
    if (slice.resumed === undefined) await describe(slice, document, opened.metadata, start);
    return await readRanges(slice, document, opened, start);
  } finally {
    await opened.close();
  }
}

async function originalBytes(
  { desk, platform }: Ingestion,
  document: Document,
): Promise<Uint8Array<ArrayBuffer>> {
  const object = await platform.files.get(originalKey(desk, document.id));
  if (object === null)
    throw new PermanentFailure("documents.missing", "The uploaded file is no longer there.");
  return new Uint8Array(await object.arrayBuffer());
}

async function move(
  slice: Ingestion,
  document: Document,
  changes: Parameters<typeof moveDocument>[4],
): Promise<void> {
  const { db, clock } = slice.platform;
  if (!(await moveDocument(db, slice.desk, document.id, slice.id, changes, clock.now()))) throw superseded();
}

/** Takes over what the file says of itself, and opens the build in the index. */
async function describe(
  slice: Ingestion,
  document: Document,
  found: DocumentMetadata,
  start: Checkpoint,
): Promise<void> {
  const described = await takeOver(slice, document, found);
  accepted(await indexOf(slice.platform, slice.desk).begin(indexedDocument(described), slice.id));
  await move(slice, document, { status: "processing", format: start.format, unit_count: start.unit_count });
  await slice.checkpoint(start, progressAt(start));
}

/** The document with what its file says where the uploader said nothing; nothing is taken over after an edit. */
async function takeOver(slice: Ingestion, document: Document, found: DocumentMetadata): Promise<Document> {
  const { created_by, desk, platform } = slice;
  const { clock, db } = platform;
  const titled = document.title !== titleOfFile(document.file_name);
  const title = (titled ? undefined : found.title && cut(found.title, 300)) ?? document.title;
  const author = document.author ?? (found.author ? cut(found.author, 200) : null);
  const language = document.language ?? (found.language ? cut(found.language, 35) : null);
  const same = title === document.title && author === document.author && language === document.language;
  if (document.version > 1 || same) return document;
  const described = { ...document, title, author, language, version: 2, updated_at: clock.now() };
  const token = newId("req");
  const won = await runBatch(
    db,
    editDocument(db, document, described, token),
    auditIfChanged(
      { db, clock, desk, actor: created_by },
      { action: "document.describe", target: document.id },
    ),
    ...replaceTerms(db, described, token),
  );
  return won ? described : await ownDocument(slice);
}

function accepted(answer: BuildAnswer | "incomplete"): void {
  if (answer === "stale" || answer === "removed") throw superseded();
}

async function readRanges(
  slice: Ingestion,
  document: Document,
  opened: OpenDocument,
  start: Checkpoint,
): Promise<SliceOutcome> {
  let at = start;
  while (at.next_unit < at.unit_count) {
    at = await readRange(slice, document, opened, at);
    if (slice.exhausted()) return "yield";
  }
  return await publish(slice, document, at);
}

/** One range: all its effects may be repeated, and give the same objects and chunks. */
async function readRange(
  slice: Ingestion,
  document: Document,
  opened: OpenDocument,
  at: Checkpoint,
): Promise<Checkpoint> {
  const { desk, id, platform, signal } = slice;
  const from = at.next_unit;
  const to = Math.min(from + UNITS_PER_RANGE, at.unit_count);
  const units = await opened.read(from, to);
  signal.throwIfAborted();
  await writeTextPart(platform, desk, document.id, id, { from, to, units });
  await reach("slice.effect", id);
  const chunks = chunksOf(document.id, units, at.next_chunk);
  accepted(await stageRange(slice, document.id, { from, to }, chunks));
  const next = { ...at, next_unit: to, next_chunk: at.next_chunk + chunks.length };
  await slice.checkpoint(next, progressAt(next));
  return next;
}

async function publish(slice: Ingestion, document: Document, at: Checkpoint): Promise<SliceOutcome> {
  const { desk, id, platform } = slice;
  if (at.next_chunk === 0) throw new PermanentFailure("documents.no_text", noTextMessage(at));
  await move(slice, document, { status: "indexing" });
  await slice.progress({ ...progressAt(at), phase: "indexing", message: "Making it searchable" });
  const answer = await indexOf(platform, desk).publish(document.id, id, at.next_chunk);
  await reach("slice.effect", id);
  accepted(answer);
  if (answer === "incomplete") {
    // The index was dropped under the build: read everything again.
    await slice.checkpoint({ ...at, next_unit: 0, next_chunk: 0 }, progressAt(at));
    return "yield";
  }
  const { format, next_chunk, unit_count } = at;
  return { done: { document_id: document.id, format, unit_count, chunk_count: next_chunk } };
}

function noTextMessage({ format }: Checkpoint): string {
  return format === "pdf"
    ? "No page has text; it looks like a scan. Run it through text recognition and upload the result."
    : "There is no text in it.";
}

const UNIT_NAMES = { pdf: "pages", epub: "chapters", notebook: "cells" };

function progressAt({ format, next_chunk, next_unit, unit_count }: Checkpoint): Progress {
  const units = format in UNIT_NAMES ? UNIT_NAMES[format as keyof typeof UNIT_NAMES] : "sections";
  return {
    phase: "reading",
    fraction: unit_count === 0 ? 0 : (0.98 * next_unit) / unit_count,
    message: `Read ${next_unit} of ${unit_count} ${units}`,
    counters: { units_read: next_unit, units: unit_count, chunks: next_chunk },
  };
}
