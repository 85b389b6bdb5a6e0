import { PineFault, type Place } from "./fault.ts";
import type { FunctionDefinition } from "./syntax.ts";
import { type Form, NA, type Type, type Value } from "./values.ts";

/** Counts the runs of the script, or of one call of a function of its own: what history goes by. */
export class Frame {
  clock = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Values by the runs of their frame. */
export class History {
  readonly #frame: Frame;
  readonly #absent: Value;
  readonly #values: Value[] = [];

  /** `absent` is the value before the first. */
  constructor(frame: Frame, absent: Value) {
    this.#frame = frame;
    this.#absent = absent;
  }

  note(value: Value): void {
    this.#values[this.#frame.clock] = value;
  }

  at(back: number): Value {
    return this.#values[this.#frame.clock - back] ?? this.#absent;
  }
}

export class Variable {
  value: Value = NA;
  history: History | undefined;
  readonly type: Type;
  readonly form: Form;
  readonly frame: Frame;
  /** Whether it is declared on every run of its frame. */
  readonly isAlwaysSet: boolean;

  constructor(type: Type, form: Form, frame: Frame, isAlwaysSet: boolean) {
    this.type = type;
    this.form = form;
    this.frame = frame;
    this.isAlwaysSet = isAlwaysSet;
  }

  set(value: Value): void {
    this.value = value;
    this.history?.note(value);
  }
}

export class Scope {
  readonly frame: Frame;
  /** Names of the frame that are assigned anew somewhere. */
  readonly changed: ReadonlySet<string>;
  /** Whether what stands here runs on every run of the frame. */
  readonly isConditional: boolean;
  readonly isInLoop: boolean;
  readonly #parent: Scope | undefined;
  readonly #variables = new Map<string, Variable>();
  readonly #functions = new Map<string, FunctionDefinition>();

  constructor(
    frame: Frame,
    changed: ReadonlySet<string>,
    {
      isConditional = false,
      isInLoop = false,
      parent,
    }: Partial<Pick<Scope, "isConditional" | "isInLoop">> & {
      parent?: Scope;
    } = {},
  ) {
    this.frame = frame;
    this.changed = changed;
    this.isConditional = isConditional;
    this.isInLoop = isInLoop;
    this.#parent = parent;
  }

  /** A block that runs only at times. */
  conditional(): Scope {
    return new Scope(this.frame, this.changed, {
      isConditional: true,
      isInLoop: this.isInLoop,
      parent: this,
    });
  }

  loop(): Scope {
    return new Scope(this.frame, this.changed, { isConditional: true, isInLoop: true, parent: this });
  }

  /** That of the script, in which functions see variables. */
  outermost(): Scope {
    return this.#parent?.outermost() ?? this;
  }

  declare(name: string, type: Type, form: Form, place: Place): Variable {
    if (this.#variables.has(name)) throw new PineFault(`${name} is declared already`, place);
    const variable = new Variable(type, form, this.frame, !this.isConditional);
    this.#variables.set(name, variable);
    return variable;
  }

  variable(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.#parent?.variable(name);
  }

  define(definition: FunctionDefinition): void {
    if (this.#parent !== undefined) throw new PineFault("functions stand outside of blocks", definition);
    if (this.#functions.has(definition.name))
      throw new PineFault(`${definition.name} is defined already`, definition);
    this.#functions.set(definition.name, definition);
  }

  function(name: string): FunctionDefinition | undefined {
    return this.#functions.get(name) ?? this.#parent?.function(name);
  }
}
