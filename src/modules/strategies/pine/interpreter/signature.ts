import type { Place } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { type Basic, FORMS, type Form, NA, type Type, toNumber, type Value } from "./values.ts";

/** What a parameter takes. `any` takes every type but nothing. */
export interface ParameterSpec {
  readonly name: string;
  readonly type: Basic | "any";
  /** When it must be known at the latest. */
  readonly form: Form;
  readonly isOptional: boolean;
}

type Apply = (...given: readonly (Value | undefined)[]) => Value;
/** Makes what runs at one place of a script; what it keeps from bar to bar is that place's own. */
type Make = (machine: Machine, place: Place) => Apply;

/** What the result's type is: given, that of the first argument, or `widest`: float if one argument is. */
type Result = Type | "first" | "widest";

export interface Builtin {
  readonly parameters: readonly ParameterSpec[];
  readonly result: Result;
  /** Whether further arguments of the last parameter's type may follow. */
  readonly isOpen: boolean;
  /** `pure` is known when its arguments are; `series` on each bar; `action` does something. */
  readonly kind: "pure" | "series" | "action";
  readonly make: Make;
}

const TYPES: readonly string[] = ["int", "float", "bool", "string", "color", "plot", "constant", "any"];
const isType = (text: string): text is Basic | "any" => TYPES.includes(text);

/** Reads `float source, simple int length, float mult?` as Pine's manual writes it; `...` after the last leaves it open. */
export function parametersOf(text: string): ParameterSpec[] {
  if (text === "") return [];
  return text.split(", ").map((part) => {
    const words = part.replace("...", "").split(" ");
    const name = words.pop() ?? "";
    const form = FORMS.find((known) => known === words[0]);
    const type = (form === undefined ? words[0] : words[1]) ?? "";
    if (!isType(type)) throw new RangeError(`no type in ${part}`);
    return { name: name.replace("?", ""), type, form: form ?? "series", isOptional: name.endsWith("?") };
  });
}

/** `[float, float]` as a tuple. */
function resultOf(text: string): Result {
  const items = text.startsWith("[") ? text.slice(1, -1).split(", ") : undefined;
  const basics = (items ?? [text]).filter(
    (item): item is Basic => isType(item) || item === "void" || item === "na",
  );
  if (items !== undefined) return basics;
  if (text === "first" || text === "widest") return text;
  const [only] = basics;
  if (only === undefined) throw new RangeError(`no type in ${text}`);
  return only;
}

const builtin =
  (kind: Builtin["kind"]) =>
  (parameters: string, result: string, make: Make): Builtin => ({
    ...{ kind, make, parameters: parametersOf(parameters), result: resultOf(result) },
    isOpen: parameters.endsWith("..."),
  });

export const pure = builtin("pure");
export const series = builtin("series");
export const action = builtin("action");

/** A function of numbers alone; what is left out is na. */
export const ofNumbers =
  (make: (machine: Machine, place: Place) => (...given: readonly number[]) => Value): Make =>
  (machine, place) => {
    const apply = make(machine, place);
    return (...given) => apply(...given.map(toNumber));
  };

/** A tuple of `count` na. */
export const noValues = (count: number): Value => new Array<number>(count).fill(NA);

export const resultType = (result: Result, types: readonly Type[]): Type => {
  if (typeof result === "object") return result;
  if (result === "first") return types[0] ?? "float";
  if (result === "widest") return types.every((type) => type === "int") ? "int" : "float";
  return result;
};
