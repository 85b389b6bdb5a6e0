import { builtinVariable } from "./builtins/variables.ts";
import { PineFault } from "./fault.ts";
import { History, type Scope } from "./scope.ts";
import type { Expression } from "./syntax.ts";
import { type Code, isTuple, NA, nameOf, toNumber, type Value } from "./values.ts";
import type { Writer } from "./writer.ts";

const MOST_BACK = 10_000;

/** Of a variable or a price by bars; of another expression by its runs, so that it must run on each bar. */
export function history(writer: Writer, of: Expression & { kind: "history" }, scope: Scope): Code {
  const by = writer.expression(of.by, scope, {});
  if (by.type !== "int") throw new PineFault(`${nameOf(by.type)} bars back, not int`, of);
  const back = () => {
    const bars = toNumber(by.run());
    if (bars >= 0 && bars <= MOST_BACK) return bars;
    throw new PineFault(`${bars} bars back`, of);
  };
  const name = of.of.kind === "name" ? of.of.name : undefined;
  const variable = name === undefined ? undefined : scope.variable(name);
  const known =
    name === undefined || variable !== undefined ? undefined : builtinVariable(name, writer.machine);
  if (known?.hasPast === true) {
    const { at } = known;
    const run = () => {
      const bar = writer.machine.bar - back();
      return bar < 0 ? NA : at(bar);
    };
    return { type: known.type, form: "series", run };
  }
  if (variable !== undefined && !variable.isAlwaysSet)
    throw new PineFault(`history of ${name}, which is not declared on each bar`, of);
  const code = writer.expression(of.of, scope, {});
  if (code.type === "void" || code.type === "na" || isTuple(code.type))
    throw new PineFault(`${nameOf(code.type)} has no history`, of);
  const absent: Value = code.type === "bool" && writer.machine.version === 6 ? false : NA;
  if (variable !== undefined) {
    variable.history ??= new History(variable.frame, absent);
    const { history } = variable;
    return { type: code.type, form: "series", run: () => history.at(back()) };
  }
  if (scope.isConditional)
    throw new PineFault("history of what does not run on each bar: keep it in a variable before", of);
  const history = new History(scope.frame, absent);
  const run = () => {
    history.note(code.run());
    return history.at(back());
  };
  return { type: code.type, form: "series", run };
}
