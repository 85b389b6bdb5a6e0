import { PineFault, type Place } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { type Builtin, type ParameterSpec, resultType } from "./signature.ts";
import { type Code, fits, isNoLaterThan, latest, nameOf, type Value } from "./values.ts";

/** An argument that is ready to run, and where it stands. */
export interface Given extends Place {
  readonly name: string | undefined;
  readonly code: Code;
}

/** A call of what Pine has itself, by the first of its overloads that takes the arguments. */
export function callOf(
  name: string,
  overloads: readonly Builtin[],
  given: readonly Given[],
  machine: Machine,
  place: Place,
): Code {
  let fault: PineFault | undefined;
  for (const builtin of overloads) {
    const bound = bind(name, builtin.parameters, builtin.isOpen, given, machine.version, place);
    if (bound instanceof PineFault) fault ??= bound;
    else return codeOf(builtin, bound, machine, place);
  }
  throw fault ?? new PineFault(`${name} is not known`, place);
}

function codeOf(
  builtin: Builtin,
  bound: readonly (Code | undefined)[],
  machine: Machine,
  place: Place,
): Code {
  const codes = bound.filter((code) => code !== undefined);
  const apply = builtin.make(machine, place);
  return {
    type: resultType(
      builtin.result,
      codes.map(({ type }) => type),
    ),
    form: builtin.kind === "pure" ? latest(...codes.map(({ form }) => form)) : "series",
    run: runner(apply, builtin.isOpen ? codes : bound),
  };
}

/** Arguments run in their order, each once. */
function runner(
  apply: (...given: readonly (Value | undefined)[]) => Value,
  bound: readonly (Code | undefined)[],
): () => Value {
  const [first, second, third] = bound;
  if (bound.length === 0) return () => apply();
  if (bound.length === 1) return () => apply(first?.run());
  if (bound.length === 2) return () => apply(first?.run(), second?.run());
  if (bound.length === 3) return () => apply(first?.run(), second?.run(), third?.run());
  return () => apply(...bound.map((code) => code?.run()));
}

/** The arguments in the order of the parameters; what is wrong with them otherwise. */
export function bind(
  name: string,
  parameters: readonly ParameterSpec[],
  isOpen: boolean,
  given: readonly Given[],
  version: 5 | 6,
  place: Place,
): (Code | undefined)[] | PineFault {
  const bound: (Code | undefined)[] = parameters.map(() => undefined);
  for (const [at, argument] of given.entries()) {
    const named = argument.name;
    const to = named === undefined ? at : parameters.findIndex((parameter) => parameter.name === named);
    const parameter = parameters[to] ?? (isOpen && named === undefined ? parameters.at(-1) : undefined);
    if (parameter === undefined)
      return new PineFault(`${name}() takes no ${named ?? "further argument"}`, argument);
    if (bound[to] !== undefined) return new PineFault(`${parameter.name} is given twice`, argument);
    const wrong = refusal(parameter, argument.code, version);
    if (wrong !== undefined) return new PineFault(`${parameter.name} of ${name}() ${wrong}`, argument);
    bound[to] = argument.code;
  }
  const missing = parameters.find(({ isOptional }, at) => !isOptional && bound[at] === undefined);
  if (missing !== undefined) return new PineFault(`${name}() needs ${missing.name}`, place);
  return bound;
}

function refusal({ form, type }: ParameterSpec, code: Code, version: 5 | 6): string | undefined {
  const isTaken = type === "any" ? code.type !== "void" : fits(code.type, type, version);
  if (!isTaken) return `is ${nameOf(code.type)}, not ${type}`;
  if (!isNoLaterThan(code.form, form)) return `must be ${form}, not ${code.form}`;
  return undefined;
}
