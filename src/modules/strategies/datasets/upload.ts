import type { MultipartFile } from "../../../http/multipart.ts";
import { newId } from "../../../platform/ids.ts";
import { dropObject, type StoredObject, storeObject } from "../../../platform/stored-objects.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import { type CsvPreview, previewOf } from "../bars/csv/preview.ts";
import { CsvBarReader, type CsvReading } from "../bars/csv/read.ts";
import { CsvRefusal } from "../bars/csv/refusal.ts";
import { examine } from "../bars/report.ts";
import { TimeZone } from "../bars/time-zone.ts";
import { inferTimeframe, parseTimeframe, type Timeframe } from "../bars/timeframe.ts";
import { asJson } from "../runs/create.ts";
import { createDataset, fingerprintOf } from "./create.ts";
import { datasetGone, irregularTimes, unreadableCsv } from "./errors.ts";
import type { UploadFields } from "./schemas.ts";
import { type Dataset, findByFingerprint } from "./store.ts";

export interface StoredCsv extends StoredObject {
  name: string;
}

/** Streams the file into R2, from where it is read once all fields are known: they may stand behind it. */
export async function storeCsv(ctx: Ctx, file: MultipartFile): Promise<StoredCsv> {
  requirePermission(ctx, "datasets:write");
  const key = `desks/${ctx.desk}/uploads/${newId("req")}`;
  return { ...(await storeObject(ctx, key, file.chunks)), name: file.name };
}

/** What the data set of an upload is made of: the file's bytes, and all that changes how they are read. */
export const originOf = ({ sha256 }: StoredCsv, { mapping, options, symbol, timeframe }: UploadFields) =>
  asJson({ file_sha256: sha256, symbol, timeframe, mapping, options });

/** How the file would be taken. The copy that was stored is dropped. */
export async function previewCsv(ctx: Ctx, file: StoredCsv, fields: UploadFields): Promise<CsvPreview> {
  requirePermission(ctx, "datasets:write");
  try {
    return previewOf(await readStored(ctx, file, fields));
  } finally {
    await dropObject(ctx, file);
  }
}

/** Reads the file into a data set. The same bytes read the same way give the set that is there. */
export async function createFromCsv(
  ctx: Ctx,
  file: StoredCsv,
  fields: UploadFields,
): Promise<{ dataset: Dataset; created: boolean }> {
  requirePermission(ctx, "datasets:write");
  try {
    const origin = originOf(file, fields);
    const fingerprint = await fingerprintOf({ origin, source: "upload" });
    const known = await findByFingerprint(ctx.db, ctx.desk, fingerprint);
    if (known !== undefined) return { dataset: known, created: false };
    const { dialect, findings, symbols } = await readStored(ctx, file, fields);
    const given = fields.timeframe === undefined ? undefined : parseTimeframe(fields.timeframe);
    const named = symbols.map((one) => ({
      ...one,
      symbol: one.symbol || (fields.symbol ?? symbolOf(file.name)),
    }));
    const zone = new TimeZone(dialect.time_zone);
    const report = examine(named, { found: findings, zone, ...(given && { timeframe: given }) });
    return await createDataset(ctx, ctx, {
      name: fields.name ?? file.name,
      timeframe: given ?? commonTimeframe(named.map(({ bars }) => bars.times)),
      symbols: named.map(({ bars, symbol }) => ({ name: symbol, bars })),
      ...{ source: "upload", origin, report },
    });
  } finally {
    await dropObject(ctx, file);
  }
}

/** `GOOG.csv` is of GOOG, where nothing else says it. */
const symbolOf = (file: string): string =>
  file
    .replace(/\.[^.]*$/, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, "_")
    .slice(0, 32) || "SYMBOL";

function commonTimeframe(all: Float64Array[]): Timeframe {
  const [first] = all;
  const timeframe = first && inferTimeframe(first);
  if (timeframe === undefined) throw irregularTimes();
  return timeframe;
}

async function readStored(ctx: Ctx, { key }: StoredCsv, fields: UploadFields): Promise<CsvReading> {
  const object = await ctx.files.get(key);
  if (object === null) throw datasetGone();
  try {
    const mapping = fields.mapping === undefined ? {} : { mapping: fields.mapping };
    const reader = new CsvBarReader({ ...fields.options, ...mapping });
    const decoder = new TextDecoder();
    for await (const chunk of object.body) reader.write(decoder.decode(chunk, { stream: true }));
    reader.write(decoder.decode());
    return reader.end();
  } catch (error) {
    if (error instanceof CsvRefusal) throw unreadableCsv(error);
    throw error;
  }
}
