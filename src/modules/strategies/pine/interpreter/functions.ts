import type { Given } from "./calls.ts";
import { PineFault, type Place } from "./fault.ts";
import { Frame, Scope } from "./scope.ts";
import type { Block, Expression, FunctionDefinition } from "./syntax.ts";
import { type Code, latest } from "./values.ts";
import type { Writer } from "./writer.ts";

/** Writes a function's body out at one of its calls, so that its state and history are this call's own. */
export function functionCall(
  writer: Writer,
  definition: FunctionDefinition,
  given: readonly Given[],
  scope: Scope,
  place: Place,
): Code {
  const { body, name, parameters } = definition;
  if (writer.calling.includes(name)) throw new PineFault(`${name}() calls itself`, place);
  const frame = new Frame(name);
  const inner = new Scope(frame, changedNames(body), { isInLoop: scope.isInLoop, parent: scope.outermost() });
  const codes = parameters.map((parameter, at) => {
    const code =
      given.find((argument) => argument.name === parameter.name)?.code ??
      (given[at]?.name === undefined ? given[at]?.code : undefined) ??
      (parameter.default === undefined ? undefined : writer.expression(parameter.default, scope, {}));
    if (code === undefined) throw new PineFault(`${name}() needs ${parameter.name}`, place);
    const type =
      parameter.type === undefined && code.type === "na"
        ? "float"
        : writer.declaredType(parameter.type, code, place);
    const variable = inner.declare(parameter.name, type, code.form, definition);
    // Constants of the body are worked out while it is written.
    if (code.form === "const" || code.form === "input") variable.value = code.run();
    return { code, variable };
  });
  requireKnown(definition, given);
  writer.calling.push(name);
  const result = writer.block(body, inner, true);
  writer.calling.pop();
  return {
    type: result.type,
    form: latest(result.form, ...codes.map(({ code }) => code.form)),
    run: () => {
      frame.clock += 1;
      for (const { code, variable } of codes) variable.set(code.run());
      return result.run();
    },
  };
}

function requireKnown({ name, parameters }: FunctionDefinition, given: readonly Given[]): void {
  for (const [at, argument] of given.entries()) {
    const isKnown =
      argument.name === undefined
        ? at < parameters.length
        : parameters.some((parameter) => parameter.name === argument.name);
    if (!isKnown) throw new PineFault(`${name}() takes no ${argument.name ?? "further argument"}`, argument);
  }
}

/** Names that are assigned anew in statements or in the blocks among them. */
export function changedNames(body: Block): Set<string> {
  const names = new Set<string>();
  const visit = (of: Expression): void => {
    if (of.kind === "choice" || of.kind === "switch") for (const arm of of.arms) visitAll(arm.body);
    else if (of.kind === "for" || of.kind === "while") visitAll(of.body);
  };
  const visitAll = (block: Block): void => {
    for (const statement of block) {
      if (statement.kind === "assign") names.add(statement.name);
      if ("value" in statement) visit(statement.value);
    }
  };
  visitAll(body);
  return names;
}
