import { decodeRow, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { STRATEGIES, strategyNamed } from "./catalogue/catalogue.ts";
import { checkedValues, type Family, type ParameterFault, type Strategy } from "./catalogue/declare.ts";
import { rangesOf } from "./catalogue/prepare.ts";
import { strategyNotFound } from "./errors.ts";
import type { Values } from "./language/numbers.ts";

interface StrategyQuery {
  core?: boolean | undefined;
  family?: Family | undefined;
  limit: number;
  cursor?: string | undefined;
}

const ROWS = "strategy";

/** The catalogue, which is the same for every desk. */
export function getStrategies(ctx: Ctx, { core, cursor, family, limit }: StrategyQuery): Page<Strategy> {
  requirePermission(ctx, "strategies:read");
  const isAsked = (strategy: Strategy) =>
    (family === undefined || strategy.family === family) && (core === undefined || strategy.core === core);
  const from = decodeRow(ROWS, cursor) ?? 0;
  const rows = STRATEGIES.filter(isAsked).slice(from, from + limit + 1);
  return pageOf(rows, limit, ROWS, ({ id }) => [from + limit, id]);
}

export function getStrategy(ctx: Ctx, { name }: { name: string }): Strategy {
  requirePermission(ctx, "strategies:read");
  const strategy = strategyNamed(name);
  if (strategy === undefined) throw strategyNotFound();
  return strategy;
}

export function validateParameters(
  ctx: Ctx,
  { name, parameters }: { name: string; parameters: Values },
): { values: Values; faults: ParameterFault[] } {
  const strategy = getStrategy(ctx, { name });
  return checkedValues(rangesOf(strategy), strategy.constraints, parameters);
}
