import { PineFault, type Place } from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { BinaryOperator, UnaryOperator } from "./syntax.ts";
import {
  type Code,
  isNumber,
  latest,
  NA,
  nameOf,
  type Type,
  toBool,
  toNumber,
  type Value,
} from "./values.ts";

type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** Throws a PineFault where a condition is none. */
export function requireBool(code: Code, version: 5 | 6, place: Place): void {
  if (code.type === "bool" || (version === 5 && isNumber(code.type))) return;
  throw new PineFault(`${nameOf(code.type)} stands where bool is expected`, place);
}

export function unary(operator: UnaryOperator, of: Code, version: 5 | 6, place: Place): Code {
  if (operator === "not") {
    requireBool(of, version, place);
    return { type: "bool", form: of.form, run: () => !toBool(of.run()) };
  }
  requireNumbers([of.type], operator, place);
  if (operator === "+") return of;
  return { type: of.type, form: of.form, run: () => -toNumber(of.run()) };
}

export function binary(
  operator: BinaryOperator,
  left: Code,
  right: Code,
  machine: Machine,
  place: Place,
): Code {
  const form = latest(left.form, right.form);
  switch (operator) {
    case "and":
    case "or":
      return logic(operator, left, right, machine.version, place);
    case "==":
    case "!=":
      return { type: "bool", form, run: equality(operator, left, right, machine, place) };
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { type: "bool", form, run: comparison(operator, left, right, machine, place) };
    default:
      return arithmetic(operator, left, right, machine.version, place);
  }
}

/** In version 6 the right is left alone where the left decides; in 5 both always run. */
function logic(operator: "and" | "or", left: Code, right: Code, version: 5 | 6, place: Place): Code {
  requireBool(left, version, place);
  requireBool(right, version, place);
  const isLazy = version === 6;
  const decides = operator === "or";
  return {
    type: "bool",
    form: latest(left.form, right.form),
    run: () => {
      const first = toBool(left.run());
      if (isLazy && first === decides) return first;
      const second = toBool(right.run());
      return operator === "and" ? first && second : first || second;
    },
  };
}

/** With na nothing is equal, nor is it unequal. */
function equality(
  operator: "==" | "!=",
  left: Code,
  right: Code,
  machine: Machine,
  place: Place,
): () => Value {
  if (left.type === "na" || right.type === "na")
    throw new PineFault("nothing equals na; na() tells whether a value is na", place);
  const wanted = operator === "==";
  if (isNumber(left.type) && isNumber(right.type))
    return () => {
      const compared = machine.compare(toNumber(left.run()), toNumber(right.run()));
      return Number.isNaN(compared) ? false : (compared === 0) === wanted;
    };
  if (nameOf(left.type) !== nameOf(right.type) || typeof left.type === "object" || left.type === "void")
    throw new PineFault(`${nameOf(left.type)} cannot be compared with ${nameOf(right.type)}`, place);
  return () => (left.run() === right.run()) === wanted;
}

function comparison(
  operator: "<" | "<=" | ">" | ">=",
  left: Code,
  right: Code,
  machine: Machine,
  place: Place,
): () => Value {
  requireNumbers([left.type, right.type], operator, place);
  const compare = () => machine.compare(toNumber(left.run()), toNumber(right.run()));
  switch (operator) {
    case "<":
      return () => compare() < 0;
    case "<=":
      return () => compare() <= 0;
    case ">":
      return () => compare() > 0;
    case ">=":
      return () => compare() >= 0;
  }
}

function arithmetic(operator: Arithmetic, left: Code, right: Code, version: 5 | 6, place: Place): Code {
  const form = latest(left.form, right.form);
  if (operator === "+" && left.type === "string" && right.type === "string")
    return { type: "string", form, run: () => `${left.run()}${right.run()}` };
  requireNumbers([left.type, right.type], operator, place);
  const areInts = left.type === "int" && right.type === "int";
  const discards = operator === "/" && areInts && version === 5 && form === "const";
  const apply = discards ? (a: number, b: number) => Math.trunc(divide(a, b)) : ARITHMETIC[operator];
  return {
    type: areInts && (operator !== "/" || discards) ? "int" : "float",
    form,
    run: () => apply(toNumber(left.run()), toNumber(right.run())),
  };
}

/** By 0 it gives na. */
const divide = (left: number, right: number): number => (right === 0 ? NA : left / right);

const ARITHMETIC: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": divide,
  "%": (left, right) => left % right,
};

function requireNumbers(types: readonly Type[], operator: string, place: Place): void {
  const wrong = types.find((type) => !isNumber(type));
  if (wrong !== undefined) throw new PineFault(`${operator} takes numbers, not ${nameOf(wrong)}`, place);
}
