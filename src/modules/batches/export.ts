import { type Cell, type TableFile, type TableFormat, tableFile } from "../../http/table-export.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { requireBatch } from "./read.ts";
import { type Batch, type Item, listItems } from "./store.ts";
import type { BatchableType } from "./types.ts";
import { itemView } from "./views.ts";

const ROWS_AT_ONCE = 200;
const FIXED = ["index", "status", "job_id", "error_code", "error_message"];

/** All items of a batch with their results, written while they are read: no more than a page is ever held. */
export async function exportBatch(
  ctx: Ctx,
  types: BatchableType[],
  { format, id }: { format: TableFormat; id: string },
): Promise<TableFile> {
  requirePermission(ctx, "batches:read");
  const { batch } = await requireBatch(ctx, id);
  const type = types.find((one) => one.type === batch.type);
  const fields = Object.keys(type?.batch.item.shape ?? {});
  const table = {
    sheet: "Items",
    columns: [...FIXED, ...fields, "result"],
    cellsOf: ({ error, idx, input, job_id, result, status }: Item): Cell[] => [
      ...[idx, status, job_id, error?.code, error?.message],
      ...fields.map((field) => input[field]),
      result,
    ],
    viewOf: itemView,
  };
  return tableFile(ctx.log, table, itemsOf(ctx, batch), { name: batch.id, format });
}

async function* itemsOf(ctx: Ctx, batch: Batch): AsyncGenerator<Item> {
  for (let after: number | undefined; ; ) {
    const page = await listItems(ctx.db, batch.desk_id, batch.id, undefined, after, ROWS_AT_ONCE);
    yield* page;
    after = page.at(-1)?.idx;
    if (page.length < ROWS_AT_ONCE) return;
  }
}
