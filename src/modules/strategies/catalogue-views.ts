import type { z } from "@hono/zod-openapi";
import { isWhole, type Range, type Strategy } from "./catalogue/declare.ts";
import { OVERLAYS } from "./catalogue/overlays.ts";
import { rangesOf } from "./catalogue/prepare.ts";
import { conditionText } from "./language/numbers.ts";
import type { strategyDetail, strategySchema } from "./schemas.ts";

const rangeView = ([name, told]: [string, Range]) => ({
  ...{ name, title: told.title, type: isWhole(told) ? ("integer" as const) : ("number" as const) },
  ...{ default: told.default, min: told.min, max: told.max, step: told.step },
});

export function strategyView(strategy: Strategy): z.infer<typeof strategySchema> {
  const { constraints, core, entry, exit, family, id, parameters, sides, title } = strategy;
  const self = `/v1/strategies/${id}`;
  return {
    ...{ name: id, title, family, core, entry, exit },
    sides: sides === "both" ? ["long", "short", "both"] : ["long"],
    parameters: Object.entries(parameters).map(rangeView),
    constraints: constraints.map((one) => conditionText(one)),
    links: { self, validate: `${self}/validate` },
  };
}

export const strategyDetailView = (strategy: Strategy): z.infer<typeof strategyDetail> => ({
  ...strategyView(strategy),
  overlays: Object.entries(rangesOf(strategy))
    .filter(([name]) => name in OVERLAYS && !(name in strategy.parameters))
    .map(rangeView),
});
