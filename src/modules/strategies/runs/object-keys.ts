import type { DeskId, RunId } from "../../../platform/ids.ts";

/** Where a run keeps its curves, trades and trials. Each writing of an object gives the same bytes. */
export const runKey = (desk: DeskId, run: RunId, name: string): string => `desks/${desk}/runs/${run}/${name}`;
