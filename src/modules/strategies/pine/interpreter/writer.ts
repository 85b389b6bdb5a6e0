import type { LoopSignal } from "./control.ts";
import type { Place } from "./fault.ts";
import type { InputValue, Machine } from "./machine.ts";
import type { Scope } from "./scope.ts";
import type { Block, Expression } from "./syntax.ts";
import type { Code, Type } from "./values.ts";

export interface ExpressionContext {
  /** The variable that is declared with it. */
  readonly declares?: string;
  /** Whether its value is asked for: yes if left out. */
  readonly isUsed?: boolean;
  /** Of the loop that its blocks stand in. */
  readonly signal?: LoopSignal | undefined;
}

/** What turns parts of a script into code, as inputs and calls of functions need it. */
export interface Writer {
  readonly machine: Machine;
  /** Values of inputs by variable. */
  readonly given: Readonly<Record<string, InputValue>>;
  /** Functions whose bodies are being written out, innermost last. */
  readonly calling: string[];
  expression(of: Expression, scope: Scope, context: ExpressionContext): Code;
  /** A block whose value is asked for, or not. */
  block(statements: Block, scope: Scope, isUsed: boolean, signal?: LoopSignal): Code;
  /** What a variable is of: as declared, or else as its value. Throws a PineFault where the value does not fit. */
  declaredType(declared: string | undefined, value: Code, place: Place): Type;
}
