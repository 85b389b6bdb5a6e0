import { BUILTINS } from "./builtins/table.ts";
import { builtinVariable } from "./builtins/variables.ts";
import { callOf, type Given } from "./calls.ts";
import { choice, forLoop, type LoopSignal, type ReadyArm, sequence, switchOf, whileLoop } from "./control.ts";
import { assign, declare, read, unpack } from "./declarations.ts";
import { PineFault, type Place } from "./fault.ts";
import { functionCall } from "./functions.ts";
import { history } from "./history.ts";
import { inputCall } from "./inputs.ts";
import type { InputValue, Machine } from "./machine.ts";
import { binary, requireBool, unary } from "./operators.ts";
import { outputCall } from "./outputs.ts";
import type { Scope } from "./scope.ts";
import type { Arm, Block, Expression, Statement } from "./syntax.ts";
import {
  type Code,
  common,
  type Form,
  fits,
  isTuple,
  latest,
  NA,
  nameOf,
  type Type,
  toBool,
  type Value,
} from "./values.ts";
import type { ExpressionContext, Writer } from "./writer.ts";

/** Expressions after functions have been written out at each of their calls. */
const MOST_CODES = 50_000;

const NOTHING: Code = { type: "void", form: "const", run: () => NA };
const TYPE_WORDS = new Map<string, "int" | "float" | "bool" | "string" | "color">([
  ["int", "int"],
  ["float", "float"],
  ["bool", "bool"],
  ["string", "string"],
  ["color", "color"],
]);

const constant = (type: Type, value: Value): Code => ({ type, form: "const", run: () => value });

/** Turns a script's statements into code for one machine. Each call of a function is written out, with a state of its own. */
export class Compiler implements Writer {
  readonly machine: Machine;
  readonly given: Readonly<Record<string, InputValue>>;
  /** Functions whose bodies are being written out, innermost last. */
  readonly calling: string[] = [];
  #codes = 0;

  constructor(machine: Machine, given: Readonly<Record<string, InputValue>>) {
    this.machine = machine;
    this.given = given;
  }

  /** A block whose value is asked for, or not. */
  block(statements: Block, scope: Scope, isUsed: boolean, signal?: LoopSignal): Code {
    const codes: Code[] = [];
    for (const [at, statement] of statements.entries()) {
      const isLast = at === statements.length - 1;
      codes.push(this.#statement(statement, scope, isUsed && isLast, signal));
    }
    return sequence(codes, signal);
  }

  #statement(statement: Statement, scope: Scope, isUsed: boolean, signal?: LoopSignal): Code {
    switch (statement.kind) {
      case "function":
        scope.define(statement);
        return NOTHING;
      case "declare":
        return declare(this, statement, scope);
      case "unpack":
        return unpack(this, statement, scope);
      case "assign":
        return assign(this, statement, scope);
      case "expression":
        return this.expression(statement.value, scope, { isUsed, signal });
      case "break":
      case "continue": {
        if (signal === undefined) throw new PineFault(`${statement.kind} stands in no loop`, statement);
        const run = () => {
          signal.state = statement.kind;
          return NA;
        };
        return { type: "void", form: "series", run };
      }
    }
  }

  /** What the variable is of: as declared, or else as its value. Throws where the value does not fit. */
  declaredType(declared: string | undefined, value: Code, place: Place): Type {
    if (value.type === "void") throw new PineFault("there is no value", place);
    if (declared === undefined) {
      if (value.type === "na") throw new PineFault("na needs a type before the name", place);
      return value.type;
    }
    const wanted = TYPE_WORDS.get(declared.replace(/^(const|input|simple|series) /, ""));
    if (wanted === undefined) throw new PineFault(`${declared} is no type of the subset`, place);
    if (!fits(value.type, wanted, this.machine.version))
      throw new PineFault(`${nameOf(value.type)} stands where ${wanted} is declared`, place);
    return wanted;
  }

  expression(of: Expression, scope: Scope, { declares, isUsed = true, signal }: ExpressionContext): Code {
    this.#codes += 1;
    if (this.#codes > MOST_CODES) throw new PineFault("the script is too large", of);
    switch (of.kind) {
      case "number":
        return constant(of.isInt ? "int" : "float", of.value);
      case "string":
      case "color":
        return constant(of.kind, of.value);
      case "name":
        return this.#name(of.name, scope, of);
      case "unary":
        return unary(of.operator, this.expression(of.of, scope, {}), this.machine.version, of);
      case "binary": {
        const isLazy = this.machine.version === 6 && (of.operator === "and" || of.operator === "or");
        const left = this.expression(of.left, scope, {});
        const right = this.expression(of.right, isLazy ? scope.conditional() : scope, {});
        return binary(of.operator, left, right, this.machine, of);
      }
      case "ternary":
        return this.#ternary(of, scope);
      case "call":
        return this.#call(of, scope, declares);
      case "history":
        return history(this, of, scope);
      case "tuple":
        return this.#tuple(of.items, scope);
      case "choice":
        return choice(this.#arms(of.arms, scope, isUsed, signal), isUsed, this.machine.version);
      case "switch": {
        const key = this.expression(of.key, scope, {});
        return switchOf(key, this.#arms(of.arms, scope, isUsed, signal), isUsed, this.machine.version);
      }
      case "for":
      case "while":
        return this.#loop(of, scope, isUsed);
    }
  }

  #arms(arms: readonly Arm[], scope: Scope, isUsed: boolean, signal?: LoopSignal): ReadyArm[] {
    return arms.map(({ body, test }) => ({
      line: (test ?? body[0])?.line ?? 1,
      column: (test ?? body[0])?.column ?? 1,
      test: test === undefined ? undefined : this.expression(test, scope, {}),
      body: this.block(body, scope.conditional(), isUsed, signal),
    }));
  }

  #ternary(of: Expression & { kind: "ternary" }, scope: Scope): Code {
    const test = this.expression(of.test, scope, {});
    const yes = this.expression(of.yes, scope.conditional(), {});
    const no = this.expression(of.no, scope.conditional(), {});
    requireBool(test, this.machine.version, of);
    return {
      type: common(yes.type, no.type, this.machine.version, of),
      form: latest(test.form, yes.form, no.form),
      run: () => (toBool(test.run()) ? yes.run() : no.run()),
    };
  }

  #tuple(items: readonly Expression[], scope: Scope): Code {
    const codes = items.map((item) => this.expression(item, scope, {}));
    const types = codes.map(({ type }) => (isTuple(type) || type === "na" ? "float" : type));
    const form: Form = latest(...codes.map((code) => code.form));
    return { type: types, form, run: () => codes.map((code) => code.run()) };
  }

  #loop(of: Expression & { kind: "for" | "while" }, scope: Scope, isUsed: boolean): Code {
    const signal: LoopSignal = { state: "runs" };
    const inner = scope.loop();
    if (of.kind === "while") {
      const test = this.expression(of.test, inner, {});
      return whileLoop(test, this.block(of.body, inner, isUsed, signal), signal, this.machine, of);
    }
    const from = this.expression(of.from, scope, {});
    const to = this.expression(of.to, scope, {});
    const by = of.by === undefined ? undefined : this.expression(of.by, scope, {});
    const bounds = [from.type, to.type, ...(by === undefined ? [] : [by.type])];
    const counter = inner.declare(
      of.name,
      bounds.every((type) => type === "int") ? "int" : "float",
      "series",
      of,
    );
    const body = this.block(of.body, inner, isUsed, signal);
    return forLoop({ counter, from, to, by, body }, signal, this.machine, of);
  }

  #name(name: string, scope: Scope, place: Place): Code {
    const variable = scope.variable(name);
    if (variable !== undefined) return read(variable);
    const known = builtinVariable(name, this.machine);
    if (known === undefined) throw new PineFault(`${name} is not known`, place);
    const { at, form, type } = known;
    return { type, form, run: () => at(this.machine.bar) };
  }

  #call(of: Expression & { kind: "call" }, scope: Scope, declares: string | undefined): Code {
    const given: Given[] = of.given.map(({ name, value }) => ({
      ...{ name, line: value.line, column: value.column },
      code: this.expression(value, scope, {}),
    }));
    const definition = scope.function(of.name);
    if (definition !== undefined) return functionCall(this, definition, given, scope, of);
    const isDeclaration = of.name === "strategy" || of.name === "indicator";
    if (isDeclaration) return this.#declaration(of, scope);
    const special =
      inputCall(this, of.name, given, declares, of) ?? outputCall(this.machine, of.name, given, scope, of);
    if (special !== undefined) return special;
    const overloads = BUILTINS.get(of.name);
    if (overloads === undefined) throw new PineFault(`${of.name}() is beyond the subset`, of);
    if (scope.isInLoop && overloads.some(({ kind }) => kind === "series"))
      throw new PineFault(`${of.name}() in a loop: call it before and keep what it gives`, of);
    if (of.name.startsWith("strategy.") && this.machine.declaration.kind !== "strategy")
      throw new PineFault(`${of.name}() in an indicator`, of);
    return callOf(of.name, overloads, given, this.machine, of);
  }

  #declaration(of: Expression & { kind: "call" }, scope: Scope): Code {
    if (this.#codes > of.given.length + 1 || scope.isConditional)
      throw new PineFault(`${of.name}() stands anywhere but first`, of);
    return NOTHING;
  }
}
