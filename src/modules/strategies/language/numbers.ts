/** The values of a strategy's parameters, by name. */
export type Values = Readonly<Record<string, number>>;

/** A number that a strategy is built with: written out, a parameter, or computed from such. */
export type Num = number | Parameter | Computed;

export interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
}

type Operator = "+" | "-" | "*" | "/" | "max" | "round";

export interface Computed {
  readonly kind: "computed";
  readonly operator: Operator;
  readonly of: readonly Num[];
}

/** What must hold between numbers: of a strategy's parameters, or for a part of its rules to count. */
export interface NumCondition {
  readonly kind: "holds";
  readonly left: Num;
  readonly operator: "<" | "<=";
  readonly right: Num;
}

export const parameter = (name: string): Parameter => ({ kind: "parameter", name });

const computed = (operator: Operator, ...of: Num[]): Computed => ({ kind: "computed", operator, of });
export const plus = (left: Num, right: Num) => computed("+", left, right);
export const minus = (left: Num, right: Num) => computed("-", left, right);
export const times = (left: Num, right: Num) => computed("*", left, right);
export const over = (left: Num, right: Num) => computed("/", left, right);
export const greater = (left: Num, right: Num) => computed("max", left, right);
/** To the nearest whole number, halves up. */
export const rounded = (value: Num) => computed("round", value);

export const less = (left: Num, right: Num): NumCondition => ({ kind: "holds", left, operator: "<", right });
export const atMost = (left: Num, right: Num): NumCondition => ({
  kind: "holds",
  left,
  operator: "<=",
  right,
});

/** Throws a RangeError for a parameter that has no value. */
export function numberOf(num: Num, values: Values): number {
  if (typeof num === "number") return num;
  if (num.kind === "parameter") {
    const value = values[num.name];
    if (value === undefined) throw new RangeError(`the parameter ${num.name} has no value`);
    return value;
  }
  const [left = 0, right = 0] = num.of.map((part) => numberOf(part, values));
  return compute(num.operator, left, right);
}

function compute(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "max":
      return Math.max(left, right);
    case "round":
      return Math.round(left);
  }
}

export function holds({ left, operator, right }: NumCondition, values: Values): boolean {
  const [a, b] = [numberOf(left, values), numberOf(right, values)];
  return operator === "<" ? a < b : a <= b;
}

/** As it is written in Pine, and read by people: `math.max(1, (fast * 2))`. Parameters are told by `nameOf`. */
export function textOf(num: Num, nameOf: (parameter: string) => string = (name) => name): string {
  if (typeof num === "number") return num < 0 ? `(${num})` : String(num);
  if (num.kind === "parameter") return nameOf(num.name);
  const [left = "", right = ""] = num.of.map((part) => textOf(part, nameOf));
  const isInfix = ["+", "-", "*", "/"].includes(num.operator);
  if (isInfix) return `(${left} ${num.operator} ${right})`;
  return num.of.length === 1 ? `math.${num.operator}(${left})` : `math.${num.operator}(${left}, ${right})`;
}

export const conditionText = (
  { left, operator, right }: NumCondition,
  nameOf?: (parameter: string) => string,
): string => `${textOf(left, nameOf)} ${operator} ${textOf(right, nameOf)}`;
