import { sha256Hex } from "../../../platform/crypto.ts";
import { runBatch } from "../../../platform/database.ts";
import { type DatasetId, type DeskId, newId } from "../../../platform/ids.ts";
import { claimObject } from "../../../platform/pending-store.ts";
import type { Platform } from "../../../platform/platform.ts";
import { dropObject, storeObject } from "../../../platform/stored-objects.ts";
import { type AuditSource, auditIfChanged } from "../../audit/record.ts";
import type { JsonObject } from "../../jobs/job.ts";
import type { Bars } from "../bars/bars.ts";
import { encodeBars } from "../bars/columns/bar-set.ts";
import type { BarsReport } from "../bars/report.ts";
import { formatTimeframe, type Timeframe } from "../bars/timeframe.ts";
import { type Dataset, findByFingerprint, insertDataset } from "./store.ts";

export interface NewDataset {
  /** Where it was promised before there was anything in it. */
  id?: DatasetId;
  name: string;
  timeframe: Timeframe;
  symbols: { name: string; bars: Bars }[];
  source: Dataset["source"];
  /** What the bars were made of; with the source it tells one making from another. */
  origin: JsonObject;
  report: BarsReport;
}

export const fingerprintOf = ({ origin, source }: Pick<NewDataset, "origin" | "source">): Promise<string> =>
  sha256Hex(JSON.stringify([source, origin]));

const newObjectKey = (desk: DeskId, id: DatasetId): string => `desks/${desk}/datasets/${id}/${newId("req")}`;

/** Keeps bars as a data set. What was made of the same already gives the set that is there; safe to repeat. */
export async function createDataset(
  platform: Platform,
  source: AuditSource,
  made: NewDataset,
): Promise<{ dataset: Dataset; created: boolean }> {
  const { db } = platform;
  const fingerprint = await fingerprintOf(made);
  const known = await findByFingerprint(db, source.desk, fingerprint);
  if (known !== undefined) return { dataset: known, created: false };
  const id = made.id ?? newId("dst");
  const bytes = encodeBars(made);
  const stored = await storeObject(platform, newObjectKey(source.desk, id), chunked(bytes));
  const dataset: Dataset = {
    ...{ id, desk_id: source.desk, name: made.name, timeframe: formatTimeframe(made.timeframe) },
    symbols: made.symbols.map(({ bars: { times }, name }) => ({
      ...{ symbol: name, bars: times.length },
      ...{ first: isoAt(times, 0), last: isoAt(times, times.length - 1) },
    })),
    bars: made.symbols.reduce((sum, { bars }) => sum + bars.times.length, 0),
    ...{ hash: stored.sha256, object_key: stored.key, size_bytes: stored.size_bytes },
    ...{ source: made.source, origin: made.origin, fingerprint, report: made.report },
    ...{ created_by: source.actor, created_at: source.clock.now() },
  };
  try {
    await runBatch(
      db,
      insertDataset(db, dataset),
      auditIfChanged(source, { action: "dataset.create", target: id, after: { hash: dataset.hash } }),
      claimObject(db, stored.key),
    );
    return { dataset, created: true };
  } catch (error) {
    const raced = await findByFingerprint(db, source.desk, fingerprint);
    if (raced === undefined) throw error;
    const isOurs = raced.object_key === stored.key;
    if (!isOurs) await dropObject(platform, stored);
    return { dataset: raced, created: isOurs };
  }
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const isoAt = (times: Float64Array, at: number): string => new Date(times[at] ?? 0).toISOString();
