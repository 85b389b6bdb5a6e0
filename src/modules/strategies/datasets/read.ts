import { decodeCursor, decodeRow, encodeCursor, type Page, pageOf } from "../../../http/lists.ts";
import { runBatch } from "../../../platform/database.ts";
import { releaseIfChanged } from "../../../platform/pending-store.ts";
import { dropObject } from "../../../platform/stored-objects.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import { auditIfChanged } from "../../audit/record.ts";
import type { Bars } from "../bars/bars.ts";
import { badField, datasetNotFound } from "./errors.ts";
import { openDataset, readRows } from "./open.ts";
import { type Dataset, deleteDatasetRow, listDatasets } from "./store.ts";

export async function getDataset(ctx: Ctx, { id }: { id: string }): Promise<Dataset> {
  requirePermission(ctx, "datasets:read");
  return await openDataset(ctx, ctx.desk, id);
}

const SORT = "-created_at";

export async function getDatasets(
  ctx: Ctx,
  { cursor, limit }: { limit: number; cursor?: string | undefined },
): Promise<Page<Dataset>> {
  requirePermission(ctx, "datasets:read");
  const rows = await listDatasets(ctx.db, ctx.desk, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
}

interface BarsQuery {
  id: string;
  symbol?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

const ROWS = "row";

/** A page of a symbol's bars, of which no more is read than is given, and the times. */
export async function getBars(
  ctx: Ctx,
  { cursor, from, id, limit, symbol, to }: BarsQuery,
): Promise<{ bars: Bars; page: Omit<Page<never>, "data"> }> {
  const dataset = await getDataset(ctx, { id });
  const known = dataset.symbols.map((one) => one.symbol);
  const asked = symbol ?? (known.length === 1 ? known[0] : undefined);
  if (asked === undefined || !known.includes(asked))
    throw badField(
      "symbol",
      `must be one of the set's: ${known.slice(0, 5).join(", ")}${known.length > 5 ? ", …" : ""}`,
    );
  const at = decodeRow(`${ROWS} ${asked}`, cursor);
  const { bars, first, has_more } = await readRows(ctx, dataset, asked, {
    ...{ at, limit },
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  });
  const next_cursor = has_more
    ? encodeCursor(`${ROWS} ${asked}`, [first + bars.times.length, dataset.id])
    : null;
  return { bars, page: { has_more, next_cursor } };
}

/** Ends a set; what was computed from it stays, and names its hash. */
export async function deleteDataset(ctx: Ctx, { id }: { id: string }): Promise<void> {
  requirePermission(ctx, "datasets:write");
  const dataset = await openDataset(ctx, ctx.desk, id);
  const won = await runBatch(
    ctx.db,
    deleteDatasetRow(ctx.db, dataset),
    auditIfChanged(ctx, { action: "dataset.delete", target: dataset.id, before: { hash: dataset.hash } }),
    releaseIfChanged(ctx.db, dataset.object_key, ctx.clock.now()),
  );
  if (!won) throw datasetNotFound();
  ctx.defer(dropObject(ctx, { key: dataset.object_key }));
}
