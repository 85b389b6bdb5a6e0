import { runBatch } from "../../../../platform/database.ts";
import { refusalOfAddress } from "../../../../platform/guarded-fetch.ts";
import { newId } from "../../../../platform/ids.ts";
import { type Ctx, requirePermission } from "../../../access/context.ts";
import { audit } from "../../../audit/record.ts";
import { newJob, sendJob } from "../../../jobs/create.ts";
import type { Job } from "../../../jobs/job.ts";
import { insertJob } from "../../../jobs/store.ts";
import { TimeZone } from "../../bars/time-zone.ts";
import { asJson } from "../../runs/create.ts";
import { addressRefused, badField } from "../errors.ts";
import { importJob } from "./job.ts";
import { chosenProvider } from "./providers.ts";
import type { ImportRequest } from "./schemas.ts";

/** Asks for bars from a provider. Its job calls the address anew; what it would refuse now is refused at once. */
export async function importDataset(ctx: Ctx, request: ImportRequest): Promise<Job> {
  requirePermission(ctx, "datasets:write");
  await requireCallable(ctx, request);
  const dataset_id = newId("dst");
  const job = newJob({
    ...{ desk: ctx.desk, kind: importJob, created_by: ctx.actor, now: ctx.clock.now() },
    input: asJson({ dataset_id, request }),
    links: { result: `/v1/datasets/${dataset_id}` },
  });
  await runBatch(
    ctx.db,
    ...insertJob(ctx.db, job),
    audit(ctx, { action: "dataset.import", target: dataset_id, after: asJson(request) }),
  );
  ctx.defer(sendJob(ctx, job));
  return job;
}

async function requireCallable(ctx: Ctx, request: ImportRequest): Promise<void> {
  const provider = chosenProvider(ctx.settings, request);
  if (request.provider.kind !== "http") return;
  const { time_zone } = request.provider;
  if (time_zone !== undefined && !isTimeZone(time_zone))
    throw badField("provider.time_zone", 'is no time zone; one is "America/New_York"');
  const refusal = await refusalOfAddress(ctx, provider.requestOf(0, null).url);
  if (refusal !== undefined) throw addressRefused(refusal);
}

function isTimeZone(name: string): boolean {
  try {
    return new TimeZone(name).name !== "";
  } catch {
    return false;
  }
}
