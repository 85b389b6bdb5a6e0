import { invalidInput } from "../../../http/problem.ts";
import { checkedValues, type ParameterFault, type Range, type Strategy } from "../catalogue/declare.ts";
import { rangesOf } from "../catalogue/prepare.ts";
import { badParameters } from "../errors.ts";
import { atMost, less, type Num, type NumCondition, parameter, type Values } from "../language/numbers.ts";
import type { Dimension } from "../optimise/space.ts";
import { METRIC_NAMES } from "../runs/metrics.ts";
import { directionOf, type Objective, type OutcomeBound } from "./objective.ts";
import { MAX_TRIALS, type OptimizationRequest } from "./schemas.ts";

/** A search as it was checked: what is varied, what stays, what must hold and what is better. */
export interface SearchPlan {
  strategy: Strategy;
  dimensions: Dimension[];
  /** Parameters that are not searched. */
  fixed: Values;
  constraints: NumCondition[];
  objectives: Objective[];
  bounds: OutcomeBound[];
  trials: number;
}

/** What the adaptive and the random methods try unless they are told. */
const USUAL_TRIALS = 200;

type ConstraintRequest = OptimizationRequest["constraints"][number];
type ObjectiveRequest = Exclude<OptimizationRequest["objective"], unknown[]>;

/** The plan of a request; 422 for what a strategy has not, or ranges beyond its own. */
export function planOf(strategy: Strategy, request: OptimizationRequest): SearchPlan {
  const dimensions = dimensionsOf(strategy, request);
  const names = dimensions.map(({ name }) => name);
  const ranges = rangesOf(strategy);
  requireWithin(ranges, dimensions, request.parameters);
  const fixed = Object.fromEntries(
    Object.entries(ranges)
      .filter(([name]) => name in strategy.parameters || name in request.parameters)
      .filter(([name]) => !names.includes(name))
      .map(([name, told]) => [name, request.parameters[name] ?? told.default]),
  );
  const objectives = [request.objective].flat().map((one, at) => objectiveOf(one, `objective.${at}`));
  return {
    ...{ strategy, dimensions, fixed, objectives },
    constraints: [
      ...strategy.constraints,
      ...request.constraints.flatMap((one, at) => parameterRule(one, at, [...names, ...Object.keys(fixed)])),
    ],
    bounds: request.constraints.flatMap(outcomeBound),
    trials: request.trials ?? (request.method === "grid" ? MAX_TRIALS : USUAL_TRIALS),
  };
}

/** In the order of the strategy's own parameters, so that ties go the same way however a body is written. */
function dimensionsOf(strategy: Strategy, { parameters, space }: OptimizationRequest): Dimension[] {
  const ranges = rangesOf(strategy);
  const asked =
    space ??
    Object.fromEntries(
      Object.entries(strategy.parameters)
        .filter(([name]) => !(name in parameters))
        .map(([name, { max, min, step }]) => [name, { min, max, step }]),
    );
  requireKnown(ranges, "space", asked);
  requireKnown(ranges, "parameters", parameters);
  const twice = Object.keys(parameters).find((name) => Object.hasOwn(asked, name));
  if (twice !== undefined)
    throw invalidInput([
      {
        ...{ path: `parameters.${twice}`, code: "strategies.searched" },
        message: "is searched as well: name it in one of the two",
      },
    ]);
  const dimensions = Object.entries(ranges).flatMap(([name]): Dimension[] => {
    const told = asked[name];
    return told === undefined ? [] : [{ name, ...told }];
  });
  if (dimensions.length === 0)
    throw invalidInput([
      { path: "space", code: "strategies.nothing_to_search", message: "names no parameter to vary" },
    ]);
  return dimensions;
}

function requireKnown(ranges: Readonly<Record<string, Range>>, field: string, asked: object): void {
  const unknown = Object.keys(asked).filter((name) => !Object.hasOwn(ranges, name));
  if (unknown.length === 0) return;
  throw badParameters(
    field,
    unknown.map((name) => ({ name, code: "unknown", message: "is no parameter of this strategy" })),
  );
}

/** Searched or fixed, a parameter stays within the strategy's own range: a backtest of what was found would be refused. */
function requireWithin(
  ranges: Readonly<Record<string, Range>>,
  dimensions: readonly Dimension[],
  fixed: Values,
): void {
  const wrong = dimensions.flatMap((dimension) => {
    const edges =
      "values" in dimension
        ? dimension.values
        : [dimension.min, dimension.max, Math.min(dimension.max, dimension.min + dimension.step)];
    return edges.flatMap((value) => faultsOf(ranges, { [dimension.name]: value })).slice(0, 1);
  });
  if (wrong.length > 0) throw badParameters("space", wrong);
  const faults = faultsOf(ranges, fixed);
  if (faults.length > 0) throw badParameters("parameters", faults);
}

const faultsOf = (ranges: Readonly<Record<string, Range>>, given: Values): ParameterFault[] =>
  checkedValues(ranges, [], given).faults;

function objectiveOf(asked: ObjectiveRequest, path: string): Objective {
  const parts = typeof asked === "string" ? [{ metric: asked }] : "sum" in asked ? asked.sum : [asked];
  return {
    parts: parts.map((part) => {
      requireMetric(part.metric, path);
      const {
        direction = directionOf(part.metric),
        metric,
        weight = 1,
      } = { direction: undefined, weight: 1, ...part };
      return { metric, weight, direction };
    }),
  };
}

function requireMetric(metric: string, path: string): void {
  if (METRIC_NAMES.has(metric)) return;
  throw invalidInput([
    { path, code: "strategies.unknown_metric", message: `${metric} is no figure of a backtest` },
  ]);
}

function outcomeBound(asked: ConstraintRequest, at: number): OutcomeBound[] {
  if (!("metric" in asked)) return [];
  requireMetric(asked.metric, `constraints.${at}.metric`);
  return [asked];
}

function parameterRule(asked: ConstraintRequest, at: number, known: readonly string[]): NumCondition[] {
  if ("metric" in asked) return [];
  const numberOf = (side: string | number, name: string): Num => {
    if (typeof side === "number") return side;
    if (known.includes(side)) return parameter(side);
    throw invalidInput([
      {
        path: `constraints.${at}.${name}`,
        code: "strategies.unknown",
        message: "is no parameter of this search",
      },
    ]);
  };
  const [left, right] = [numberOf(asked.left, "left"), numberOf(asked.right, "right")];
  return [asked.operator === "<" ? less(left, right) : atMost(left, right)];
}
