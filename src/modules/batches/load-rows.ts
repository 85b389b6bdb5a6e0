import { Problem } from "../../http/problem.ts";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import { PermanentFailure, type Slice } from "../jobs/define.ts";
import { type CsvRow, hasOpenQuote, headerOf, rowsOf, textOfFile } from "./csv.ts";
import { tooManyRows } from "./errors.ts";
import { headerProblem, itemOfRow } from "./items.ts";
import { MAX_FILE_ITEMS } from "./policy.ts";
import type { RunInput } from "./run-kind.ts";
import { type Batch, countRows, findBatch, insertItemsIfChanged, markLoaded, type NewItem } from "./store.ts";
import type { BatchableType } from "./types.ts";

const ROWS_AT_ONCE = 500;
const OPEN_QUOTE =
  "The file has an odd number of quotation marks: it is cut off, or a mark within a cell is not doubled.";
/** Well below what D1 takes as one value. */
const BYTES_AT_ONCE = 256 * 1024;

/**
 * Makes items of the rows of the batch's file, some hundred in a transaction that also notes how far it came; so a
 * slice that is repeated goes on from there. True when all are there, false when the slice has used its time.
 */
export async function loadRows(
  slice: Slice<RunInput, { rows_read: number }>,
  types: BatchableType[],
  known: Batch,
): Promise<boolean> {
  const { platform } = slice;
  const type = types.find((one) => one.type === known.type);
  if (type === undefined) throw new PermanentFailure("jobs.unknown_type", `No handler for ${known.type}.`);
  const text = await fileText(platform, known);
  if (known.rows_read === 0 && hasOpenQuote(text))
    throw new PermanentFailure("batches.open_quote", OPEN_QUOTE);
  const rows = rowsOf(text);
  const header = headerOf(rows.next().value ?? { number: 1, cells: [] });
  const problem = headerProblem(type.batch, header);
  if (problem !== undefined) throw new PermanentFailure("batches.bad_header", `The file ${problem}.`);
  let batch = known;
  for (const [at, chunk] of chunksOf(rows, known.rows_read)) {
    if (at + chunk.length > MAX_FILE_ITEMS) throw new PermanentFailure("batches.too_many_rows", tooManyRows);
    slice.signal.throwIfAborted();
    const items = chunk.map(({ cells, number }) => itemOfRow(type.batch, header, cells, number));
    batch = await addItems(platform, batch, items);
    const message = `Read ${batch.rows_read} rows`;
    const progress = { phase: "reading", fraction: 0, message, counters: { rows_read: batch.rows_read } };
    await slice.checkpoint({ rows_read: batch.rows_read }, progress);
    if (slice.exhausted()) return false;
  }
  if (batch.rows_read === 0)
    throw new PermanentFailure("batches.no_items", "The file has no row below its header.");
  await markLoaded(platform.db, batch.desk_id, batch.id, batch.job_id);
  return true;
}

/** An upload that is gone can't come back, so its run ends with what the API says of it. */
async function fileText(platform: Platform, { desk_id, file_id }: Batch): Promise<string> {
  try {
    return await textOfFile(platform, desk_id, file_id ?? "");
  } catch (error) {
    if (error instanceof Problem) throw new PermanentFailure(error.code, error.message);
    throw error;
  }
}

async function addItems(platform: Platform, batch: Batch, items: NewItem[]): Promise<Batch> {
  const { clock, db } = platform;
  const { desk_id: desk, id, rows_read } = batch;
  await runBatch(
    db,
    countRows(db, desk, batch, items),
    insertItemsIfChanged(db, desk, id, rows_read, items, clock.now()),
  );
  await reach("slice.effect", batch.job_id);
  const present = await findBatch(db, desk, id);
  if (present === undefined || present.rows_read <= rows_read) {
    throw new PermanentFailure("batches.superseded", "The batch has gone on to another run.");
  }
  return present;
}

/** The rows from the first one on that has not been read, in lots of a bounded number and size. */
function* chunksOf(rows: Iterable<CsvRow>, first: number): Generator<[at: number, rows: CsvRow[]]> {
  let at = 0;
  let size = 0;
  let chunk: CsvRow[] = [];
  for (const row of rows) {
    at += 1;
    if (at <= first) continue;
    chunk.push(row);
    size += row.cells.reduce((sum, cell) => sum + cell.length, 0);
    if (chunk.length < ROWS_AT_ONCE && size < BYTES_AT_ONCE) continue;
    yield [at - chunk.length, chunk];
    [chunk, size] = [[], 0];
  }
  if (chunk.length > 0) yield [at - chunk.length, chunk];
}
