import { type Ctx, requirePermission } from "../access/context.ts";
import { requireFeature } from "../access/job-units.ts";
import type { BatchTerms, JobDefinition } from "../jobs/define.ts";
import { unknownType } from "./errors.ts";

/** A type of which many can be started at once. */
export type BatchableType = JobDefinition & { batch: BatchTerms };

const isBatchable = (type: JobDefinition): type is BatchableType => type.batch !== undefined;

export const batchable = (types: JobDefinition[]): BatchableType[] => types.filter(isBatchable);

/** The type of that name, which the caller and the desk's plan may start; 422 names those that there are. */
export function requireType(ctx: Ctx, types: BatchableType[], name: string): BatchableType {
  const type = types.find((one) => one.type === name);
  if (type === undefined) throw unknownType(types.map((one) => one.type));
  requirePermission(ctx, type.batch.permission);
  if (type.batch.feature !== undefined) requireFeature(ctx, type.batch.feature);
  return type;
}
