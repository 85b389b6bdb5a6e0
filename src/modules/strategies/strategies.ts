import { type Ctx, requirePermission } from "../access/context.ts";
import { STRATEGIES, strategyNamed } from "./catalogue/catalogue.ts";
import { checkedValues, type Family, type ParameterFault, type Strategy } from "./catalogue/declare.ts";
import { rangesOf } from "./catalogue/prepare.ts";
import { strategyNotFound } from "./errors.ts";
import type { Values } from "./language/numbers.ts";

/** The catalogue, which is the same for every desk and fits one answer. */
export function getStrategies(
  ctx: Ctx,
  { core, family }: { core?: boolean | undefined; family?: Family | undefined },
): Strategy[] {
  requirePermission(ctx, "strategies:read");
  const isAsked = (strategy: Strategy) =>
    (family === undefined || strategy.family === family) && (core === undefined || strategy.core === core);
  return STRATEGIES.filter(isAsked);
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
