import type { CrossingRule } from "../../engine/signals.ts";
import type { Condition, OperationSeries, Series } from "../../language/nodes.ts";
import { conditionText, type Num, textOf } from "../../language/numbers.ts";

/** The variable that a script keeps a parameter's input in: `stop_atr` is `stopAtrInput`. */
export const inputName = (parameter: string): string =>
  `${parameter.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}Input`;

const numberText = (num: Num): string => textOf(num, inputName);

/**
 * Writes expressions as lines of Pine. Every call stands in a variable of its own at the script's top level, so that it is
 * computed on every bar whatever `and` and `or` leave out; equal expressions share one.
 */
export class ExpressionWriter {
  /** In the order in which they depend on each other. */
  readonly lines: string[] = [];
  /** Functions that Pine has not. */
  readonly definitions = new Set<string>();
  readonly #crossing: CrossingRule;
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(crossing: CrossingRule) {
    this.#crossing = crossing;
  }

  /** A name, or a text that needs no variable. */
  series(node: Series): string {
    switch (node.kind) {
      case "operation":
        return this.#operation(node);
      case "conditional": {
        const condition = this.condition(node.condition);
        const of = this.series(node.of);
        const text = node.keeps ? `ta.valuewhen(${condition}, ${of}, 0)` : `(${condition}) ? ${of} : na`;
        return this.#variable(node.keeps ? "last" : "level", text, "float ");
      }
      case "count":
        return this.#variable(
          "count",
          node.conditions.map((one) => `(${this.condition(one)} ? 1 : 0)`).join(" + "),
        );
    }
  }

  condition(node: Condition): string {
    switch (node.kind) {
      case "compare":
        return `${this.series(node.left)} ${node.operator} ${this.series(node.right)}`;
      case "cross":
        return this.#cross(this.series(node.left), node.direction, this.series(node.right));
      case "all":
      case "any":
        return `(${node.of.map((part) => this.condition(part)).join(node.kind === "all" ? " and " : " or ")})`;
      case "lasting": {
        const bars = numberText(node.bars);
        const sum = this.#variable("run", `math.sum(${this.condition(node.of)} ? 1 : 0, ${bars})`);
        return `${sum} == ${bars}`;
      }
      case "begins": {
        const holds = this.#variable("state", `${this.condition(node.of)} ? 1 : 0`);
        return `(${holds} == 1 and ${holds}[1] == 0)`;
      }
      case "every":
        return `bar_index % ${numberText(node.bars)} == 0`;
      case "holds":
        return conditionText(node, inputName);
    }
  }

  /** A variable for the text, the same for the same text. */
  #variable(name: string, text: string, type = ""): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const variable = this.#fresh(name);
    this.lines.push(`${type}${variable} = ${text}`);
    this.#known.set(text, variable);
    return variable;
  }

  #fresh(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return `${name}${count}`;
  }

  #cross(left: string, direction: "over" | "under", right: string): string {
    if (this.#crossing === "tradingview")
      return this.#variable(direction, `ta.cross${direction}(${left}, ${right})`);
    const [before, now] = direction === "over" ? ["<", ">"] : [">", "<"];
    const [from, to] = [this.#kept(left), this.#kept(right)];
    return this.#variable(direction, `${from}[1] ${before} ${to}[1] and ${from} ${now} ${to}`);
  }

  /** Something that has a history: a number written out has none. */
  #kept(text: string): string {
    return /^[A-Za-z_]\w*$/.test(text) ? text : this.#variable("line", text, "float ");
  }

  #operation({ inputs, numbers, operation, output }: OperationSeries): string {
    const { call, define, outputs } = operation.pine;
    if (define !== undefined) this.definitions.add(define);
    const text = call(
      inputs.map((input) => this.series(input)),
      numbers.map(numberText),
    );
    if (inputs.length === 0 && numbers.length === 0 && /^\w+$/.test(text)) return text;
    if (operation.name === "constant") return text;
    const name = variableName(operation.name);
    if (outputs === undefined) return this.#variable(name, text);
    const known = this.#known.get(text) ?? this.#tuple(name, text, outputs);
    return known.split(" ")[output] ?? known;
  }

  /** Variables for all outputs of a call, their names separated by spaces. */
  #tuple(name: string, text: string, outputs: readonly string[]): string {
    const base = this.#fresh(name);
    const names = outputs.map((output) => `${base}${output[0]?.toUpperCase() ?? ""}${output.slice(1)}`);
    this.lines.push(`[${names.join(", ")}] = ${text}`);
    const all = names.join(" ");
    this.#known.set(text, all);
    return all;
  }
}

const SIGNS: Record<string, string> = { "+": "sum", "-": "difference", "*": "product", "/": "quotient" };
const variableName = (operation: string): string =>
  SIGNS[operation] ??
  operation.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase()).replace(/^\d+/, "");
