import { PineFault } from "./fault.ts";
import { binary } from "./operators.ts";
import type { Scope, Variable } from "./scope.ts";
import type { Statement } from "./syntax.ts";
import { type Code, fits, isTuple, NA, nameOf, toBool } from "./values.ts";
import type { Writer } from "./writer.ts";

/** `x = 1`, `var int x = 1`. A value that is known before the first bar is worked out at once. */
export function declare(writer: Writer, statement: Statement & { kind: "declare" }, scope: Scope): Code {
  const { mode, name, type: declared } = statement;
  if (mode === "varip") throw new PineFault("varip is beyond the subset", statement);
  const value = writer.expression(statement.value, scope, { declares: name });
  const wanted = writer.declaredType(declared, value, statement);
  const isFixed = mode === "plain" && !scope.changed.has(name);
  const variable = scope.declare(name, wanted, isFixed ? value.form : "series", statement);
  if (isFixed && (value.form === "const" || value.form === "input")) {
    variable.value = value.run();
    return kept(variable);
  }
  if (mode === "plain") return setting(variable, value);
  let isSet = false;
  return {
    type: wanted,
    form: "series",
    run: () => {
      const now = isSet ? variable.value : value.run();
      isSet = true;
      variable.set(now);
      return now;
    },
  };
}

function setting(variable: Variable, value: Code): Code {
  const isCast = variable.type === "bool" && value.type !== "bool";
  return {
    type: variable.type,
    form: variable.form,
    run: () => {
      const now = isCast ? toBool(value.run()) : value.run();
      variable.set(now);
      return now;
    },
  };
}

/** A constant's value, noted again on each run for its history. */
function kept(variable: Variable): Code {
  const run = () => {
    variable.set(variable.value);
    return variable.value;
  };
  return { type: variable.type, form: variable.form, run };
}

/** `[a, b] = f()`. */
export function unpack(writer: Writer, statement: Statement & { kind: "unpack" }, scope: Scope): Code {
  const value = writer.expression(statement.value, scope, {});
  const types = isTuple(value.type) ? value.type : [];
  if (types.length !== statement.names.length)
    throw new PineFault(`${nameOf(value.type)} is unpacked into ${statement.names.length}`, statement);
  const variables = statement.names.map((name, at) =>
    name === "_" ? undefined : scope.declare(name, types[at] ?? "float", "series", statement),
  );
  return {
    type: "void",
    form: "series",
    run: () => {
      const items = value.run();
      for (const [at, variable] of variables.entries())
        variable?.set((typeof items === "object" ? items[at] : undefined) ?? NA);
      return NA;
    },
  };
}

/** `x := 1`, `x += 1`. */
export function assign(writer: Writer, statement: Statement & { kind: "assign" }, scope: Scope): Code {
  const { name, operator } = statement;
  const variable = scope.variable(name);
  if (variable === undefined) throw new PineFault(`${name} is not declared`, statement);
  if (variable.frame !== scope.frame)
    throw new PineFault(`a function cannot assign to ${name}, which stands outside of it`, statement);
  let value = writer.expression(statement.value, scope, {});
  if (operator !== undefined) value = binary(operator, read(variable), value, writer.machine, statement);
  if (!fits(value.type, variable.type, writer.machine.version))
    throw new PineFault(`${nameOf(value.type)} is assigned to ${nameOf(variable.type)} ${name}`, statement);
  return setting(variable, value);
}

/** The value that a variable has now. */
export function read(variable: Variable): Code {
  return { type: variable.type, form: variable.form, run: () => variable.value };
}
