import { writeCsvStream } from "hucre/csv";
import { writeXlsxStream } from "hucre/xlsx";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { JsonValue } from "../jobs/job.ts";
import { CONTENT_TYPES, type ExportFormat } from "./export-formats.ts";
import { requireBatch } from "./read.ts";
import { type Batch, type Item, listItems } from "./store.ts";
import type { BatchableType } from "./types.ts";
import { itemView } from "./views.ts";

const ROWS_AT_ONCE = 200;
/** What a spreadsheet takes in one cell. */
const MAX_CELL_CHARACTERS = 32_767;
const FIXED = ["index", "status", "job_id", "error_code", "error_message"];

/** All items of a batch with their results, written while they are read: no more than a page is ever held. */
export async function exportBatch(
  ctx: Ctx,
  types: BatchableType[],
  { format, id }: { format: ExportFormat; id: string },
): Promise<{ name: string; type: string; body: ReadableStream<Uint8Array> }> {
  requirePermission(ctx, "batches:read");
  const { batch } = await requireBatch(ctx, id);
  const type = types.find((one) => one.type === batch.type);
  const fields = Object.keys(type?.batch.item.shape ?? {});
  const items = itemsOf(ctx, batch);
  return { name: `${batch.id}.${format}`, type: CONTENT_TYPES[format], body: bodyOf(format, fields, items) };
}

async function* itemsOf(ctx: Ctx, batch: Batch): AsyncGenerator<Item> {
  for (let after: number | undefined; ; ) {
    const page = await listItems(ctx.db, batch.desk_id, batch.id, undefined, after, ROWS_AT_ONCE);
    yield* page;
    after = page.at(-1)?.idx;
    if (page.length < ROWS_AT_ONCE) return;
  }
}

function bodyOf(
  format: ExportFormat,
  fields: string[],
  items: AsyncIterable<Item>,
): ReadableStream<Uint8Array> {
  if (format === "json") return bytesOf(jsonText(items));
  const headers = [...FIXED, ...fields, "result"];
  const rows = rowsOf(fields, items);
  // Text that a spreadsheet would take for a formula is escaped in a CSV; in a workbook it is text by its type.
  if (format === "csv") return writeCsvStream(rows, { headers, escapeFormulae: true });
  return writeXlsxStream(rows, { name: "Items", columns: headers.map((header) => ({ header })) });
}

/** The text as it is asked for. */
function bytesOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}

async function* jsonText(items: AsyncIterable<Item>): AsyncGenerator<string> {
  let before = "[\n";
  for await (const item of items) {
    yield `${before}${JSON.stringify(itemView(item))}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

async function* rowsOf(fields: string[], items: AsyncIterable<Item>) {
  for await (const { error, idx, input, job_id, result, status } of items) {
    const fixed = [idx, status, job_id ?? "", error?.code ?? "", error?.message ?? ""];
    yield [...fixed, ...fields.map((field) => cellOf(input[field])), cellOf(result ?? undefined)];
  }
}

function cellOf(value: JsonValue | undefined): string | number | boolean {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= MAX_CELL_CHARACTERS ? text : `${text.slice(0, MAX_CELL_CHARACTERS - 1)}…`;
}
