import { PineFault, type Place } from "./fault.ts";

/** What a script computes with. `na` is NaN, of whatever type. */
export type Value = number | boolean | string | readonly Value[];
export const NA = Number.NaN;

export type Basic = "int" | "float" | "bool" | "string" | "color" | "na" | "void" | "plot" | "constant";
/** A tuple is the list of its items' types. */
export type Type = Basic | readonly Basic[];

/** When a value is known: as written, with the inputs, on the first bar, or bar by bar. */
export const FORMS = ["const", "input", "simple", "series"] as const;
export type Form = (typeof FORMS)[number];

/** An expression that is ready to run. */
export interface Code {
  readonly type: Type;
  readonly form: Form;
  run(): Value;
}

export const latest = (...forms: readonly Form[]): Form =>
  FORMS[Math.max(0, ...forms.map((form) => FORMS.indexOf(form)))] ?? "series";
export const isNoLaterThan = (form: Form, most: Form): boolean => FORMS.indexOf(form) <= FORMS.indexOf(most);

export const isNumber = (type: Type): type is "int" | "float" | "na" =>
  type === "int" || type === "float" || type === "na";
export const isTuple = (type: Type): type is readonly Basic[] => typeof type === "object";
export const nameOf = (type: Type): string => (isTuple(type) ? `[${type.join(", ")}]` : type);

/** A truth value is 1 or 0. What is no number is na. */
export function toNumber(value: Value | undefined): number {
  if (typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : NA;
}

/** In version 5 a number that is not 0 holds, and na does not. */
export const toBool = (value: Value | undefined): boolean =>
  value === true || (typeof value === "number" && !Number.isNaN(value) && value !== 0);

export const isNa = (value: Value | undefined): boolean => typeof value === "number" && Number.isNaN(value);

/** Whether a value of one type may stand where another is wanted. Version 6 has no bool na and takes no number for a bool. */
export function fits(from: Type, to: Type, version: 5 | 6): boolean {
  if (isTuple(from) || isTuple(to)) return nameOf(from) === nameOf(to);
  if (from === to) return true;
  if (from === "int" && to === "float") return true;
  if (to === "bool") return version === 5 && isNumber(from);
  return from === "na" && ["int", "float", "string", "color"].includes(to);
}

/** The type that takes both, as of the two ways of a ternary. */
export function common(left: Type, right: Type, version: 5 | 6, place: Place): Type {
  if (left === "void" || right === "void") return "void";
  if (fits(left, right, version) && !(version === 5 && right === "bool" && isNumber(left) && left !== "na"))
    return right;
  if (fits(right, left, version)) return left;
  throw new PineFault(`${nameOf(left)} and ${nameOf(right)} have no type in common`, place);
}
