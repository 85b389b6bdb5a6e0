import {
  conditionText,
  holds,
  type Num,
  type NumCondition,
  parameter,
  type Values,
} from "../language/numbers.ts";
import { mayShort, type Rules } from "../language/rules.ts";

export const FAMILIES = [
  "moving_average_trend",
  "trend_system",
  "momentum",
  "mean_reversion",
  "breakout",
  "volume",
] as const;
export type Family = (typeof FAMILIES)[number];

/** A number that a strategy may be given, and the steps in which a search goes through its range. */
export interface Range {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What it is, in a few words. */
  readonly title: string;
}

export const range = (title: string, byDefault: number, min: number, max: number, step = 1): Range => ({
  ...{ default: byDefault, min, max, step, title },
});

/** Whole steps from a whole number: the parameter counts something. */
export const isWhole = ({ min, step }: Range): boolean => Number.isInteger(step) && Number.isInteger(min);

export interface Strategy {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  /** Among those that most people begin with. */
  readonly core: boolean;
  /** When it buys and when it leaves or sells, for people. */
  readonly entry: string;
  readonly exit: string;
  readonly parameters: Readonly<Record<string, Range>>;
  readonly constraints: readonly NumCondition[];
  readonly rules: Rules;
  readonly sides: "long" | "both";
}

interface Declaration<Name extends string>
  extends Pick<Strategy, "id" | "title" | "family" | "entry" | "exit"> {
  core?: true;
  parameters: Record<Name, Range>;
  constraints?(numbers: Record<Name, Num>): NumCondition[];
  rules(numbers: Record<Name, Num>): Rules;
}

/** Builds a strategy's rules over its parameters by name; schema, documentation, search space and Pine all come from it. */
export function strategy<Name extends string>(declaration: Declaration<Name>): Strategy {
  const { constraints, core = false, parameters, rules: build, ...told } = declaration;
  const numbers = mapped(parameters, (name) => parameter(name));
  const rules = build(numbers);
  return {
    ...{ ...told, core, parameters, rules },
    constraints: constraints?.(numbers) ?? [],
    sides: mayShort(rules) ? "both" : "long",
  };
}

function mapped<Name extends string, From, To>(
  from: Record<Name, From>,
  change: (name: Name) => To,
): Record<Name, To> {
  const names = Object.keys(from) as Name[];
  return Object.fromEntries(names.map((name) => [name, change(name)])) as Record<Name, To>;
}

export interface ParameterFault {
  name: string;
  code: "unknown" | "out_of_range" | "not_whole" | "constraint";
  message: string;
}

/** The values with defaults for those left out, and what is wrong with them. */
export function checkedValues(
  ranges: Readonly<Record<string, Range>>,
  constraints: readonly NumCondition[],
  given: Values,
): { values: Values; faults: ParameterFault[] } {
  const faults: ParameterFault[] = [];
  const fault = (name: string, code: ParameterFault["code"], message: string) =>
    faults.push({ name, code, message });
  for (const name of Object.keys(given))
    if (!Object.hasOwn(ranges, name)) fault(name, "unknown", "is no parameter of this strategy");
  const values: Record<string, number> = {};
  for (const [name, told] of Object.entries(ranges)) {
    const value = given[name] ?? told.default;
    values[name] = value;
    if (!(value >= told.min && value <= told.max))
      fault(name, "out_of_range", `must be from ${told.min} to ${told.max}`);
    else if (isWhole(told) && !Number.isInteger(value)) fault(name, "not_whole", "must be a whole number");
  }
  for (const constraint of constraints)
    if (!holds(constraint, values)) {
      const name =
        typeof constraint.left === "object" && constraint.left.kind === "parameter"
          ? constraint.left.name
          : "";
      fault(name, "constraint", `must hold: ${conditionText(constraint)}`);
    }
  return { values, faults };
}
