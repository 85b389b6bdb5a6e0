import { bind, type Given } from "./calls.ts";
import { PineFault, type Place } from "./fault.ts";
import type { InputValue, PineInput } from "./machine.ts";
import { parametersOf } from "./signature.ts";
import { type Code, toNumber, type Value } from "./values.ts";
import type { Writer } from "./writer.ts";

const COMMON =
  "const string tooltip?, const string inline?, const string group?, const bool confirm?, constant display?, const bool active?";
const numeric = (type: string) =>
  parametersOf(
    `const ${type} defval, const string title?, const ${type} minval?, const ${type} maxval?, const ${type} step?, ${COMMON}`,
  );
const KINDS = {
  "input.int": { kind: "int", parameters: numeric("int") },
  "input.float": { kind: "float", parameters: numeric("float") },
  "input.bool": {
    kind: "bool",
    parameters: parametersOf(`const bool defval, const string title?, ${COMMON}`),
  },
  "input.string": {
    kind: "string",
    parameters: parametersOf(`const string defval, const string title?, const any options?, ${COMMON}`),
  },
} as const;
const isInput = (name: string): name is keyof typeof KINDS => Object.hasOwn(KINDS, name);

/** An input, with the value that the run was given for the variable it is assigned to. Undefined for what is none. */
export function inputCall(
  { given: values, machine }: Writer,
  called: string,
  given: readonly Given[],
  variable: string | undefined,
  place: Place,
): Code | undefined {
  if (!isInput(called)) return undefined;
  if (variable === undefined) throw new PineFault("an input is assigned to a variable", place);
  const { kind, parameters } = KINDS[called];
  const bound = bind(called, parameters, false, given, machine.version, place);
  if (bound instanceof PineFault) throw bound;
  const at = (name: string): Value | undefined =>
    bound[parameters.findIndex((parameter) => parameter.name === name)]?.run();
  const byDefault = scalar(at("defval"), place);
  const asked = Object.hasOwn(values, variable) ? values[variable] : undefined;
  const input: PineInput = {
    ...{ name: variable, kind, default: byDefault, value: asked ?? byDefault },
    title: String(at("title") ?? variable),
    min: optional(at("minval")),
    max: optional(at("maxval")),
    step: optional(at("step")),
  };
  requireValue(input, at("options"), place);
  machine.inputs.push(input);
  return { type: kind, form: "input", run: () => input.value };
}

function scalar(value: Value | undefined, place: Place): InputValue {
  if (value === undefined || typeof value === "object") throw new PineFault("the default is no value", place);
  return value;
}

const optional = (value: Value | undefined): number | undefined =>
  value === undefined ? undefined : toNumber(value);

function requireValue(
  { kind, max, min, name, value }: PineInput,
  options: Value | undefined,
  place: Place,
): void {
  const type = kind === "int" || kind === "float" ? "number" : kind === "bool" ? "boolean" : "string";
  const isRight = kind === "int" ? Number.isInteger(value) : typeof value === type;
  const isWithin = typeof value !== "number" || (value >= (min ?? value) && value <= (max ?? value));
  const isOption = typeof options !== "object" || options.includes(value);
  if (!(isRight && isWithin && isOption)) throw new PineFault(`${name} cannot be ${value}`, place);
}
