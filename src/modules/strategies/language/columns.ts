import type { Bars } from "../bars/bars.ts";
import type { CrossingRule } from "../engine/signals.ts";
import { type Ticks, ticksOf } from "../indicators/ticks.ts";
import { dailySessions } from "../indicators/volume.ts";
import { ConditionColumns } from "./conditions.ts";
import type { Condition, Market, OperationSeries, Series } from "./nodes.ts";
import { numberOf, type Values } from "./numbers.ts";

/** Enough for every moving average of a large search over years of daily bars, and a fraction of an isolate. */
const MOST_BYTES = 12 * 2 ** 20;

export interface ColumnOptions {
  crossing: CrossingRule;
  isIntraday: boolean;
  /** Of kept columns, at most, and as much again of those to be written over. */
  most_bytes?: number;
}

/**
 * The columns that strategies ask for over one series of bars. Each is computed once, whatever asks for it, until the least
 * recently used make room; what is handed out is never written to, except that a condition's column is that of its last asking.
 */
export class Columns implements Market {
  readonly bars: Bars;
  readonly isIntraday: boolean;
  readonly #kept = new Map<string, readonly Float64Array[]>();
  readonly #ticks = new WeakMap<Float64Array, Ticks>();
  readonly #conditional = new WeakMap<Series, Float64Array>();
  readonly #conditions: ConditionColumns;
  readonly #mostBytes: number;
  /** Columns that made room while this run was prepared, which it may still read, and those that can be written over. */
  #retired: Float64Array[] = [];
  readonly #spare: Float64Array[] = [];
  #bytes = 0;
  #sessions: Float64Array | undefined;

  constructor(bars: Bars, { crossing, isIntraday, most_bytes = MOST_BYTES }: ColumnOptions) {
    this.bars = bars;
    this.isIntraday = isIntraday;
    this.#conditions = new ConditionColumns(this, bars.close.length, crossing);
    this.#mostBytes = most_bytes;
  }

  /** Begins a run: what made room in the one before is free now. A search would leave gigabytes to the collector otherwise. */
  begin(): void {
    for (const column of this.#retired) {
      this.#ticks.delete(column);
      if (this.#spare.length * column.byteLength < this.#mostBytes) this.#spare.push(column);
    }
    this.#retired = [];
  }

  column(): Float64Array {
    return this.#spare.pop() ?? new Float64Array(this.bars.close.length);
  }

  sessions(): Float64Array {
    this.#sessions ??= dailySessions(this.bars.times);
    return this.#sessions;
  }

  ticks(column: Float64Array): Ticks {
    const known = this.#ticks.get(column) ?? ticksOf(column);
    this.#ticks.set(column, known);
    return known;
  }

  /** A value per bar. Throws a RangeError where a parameter has no value, or a length is none. */
  series(node: Series, values: Values): Float64Array {
    if (node.kind === "operation") return this.#outputs(node, values)[node.output] ?? new Float64Array(0);
    let column = this.#conditional.get(node);
    if (column === undefined) {
      column = new Float64Array(this.bars.close.length);
      this.#conditional.set(node, column);
    }
    if (node.kind === "count") this.#count(node.conditions, values, column);
    else {
      const holds = this.condition(node.condition, values);
      const of = this.series(node.of, values);
      let last = Number.NaN;
      for (let bar = 0; bar < column.length; bar += 1) {
        if (holds[bar] === 1) last = of[bar] ?? Number.NaN;
        else if (!node.keeps) last = Number.NaN;
        column[bar] = last;
      }
    }
    return column;
  }

  /** 1 or 0 per bar; the next asking for the same node writes over it. */
  condition(node: Condition, values: Values): Uint8Array {
    return this.#conditions.column(node, values);
  }

  #count(conditions: readonly Condition[], values: Values, into: Float64Array): void {
    into.fill(0);
    for (const condition of conditions) {
      const holds = this.condition(condition, values);
      for (let bar = 0; bar < into.length; bar += 1) into[bar] = (into[bar] ?? 0) + (holds[bar] ?? 0);
    }
  }

  #outputs(node: OperationSeries, values: Values): readonly Float64Array[] {
    const key = keyOf(node, values);
    const known = key === undefined ? undefined : this.#kept.get(key);
    if (known !== undefined && key !== undefined) {
      if (this.#bytes > this.#mostBytes / 2) this.#touch(key, known);
      return known;
    }
    const inputs = node.inputs.map((input) => this.series(input, values));
    const numbers = node.numbers.map((num) => numberOf(num, values));
    const outputs = node.operation.compute(this, inputs, numbers);
    if (key !== undefined) this.#keep(key, outputs);
    return outputs;
  }

  #touch(key: string, outputs: readonly Float64Array[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, outputs);
  }

  #isPrice(column: Float64Array): boolean {
    return Object.values(this.bars).includes(column);
  }

  #keep(key: string, outputs: readonly Float64Array[]): void {
    this.#kept.set(key, outputs);
    this.#bytes += sizeOf(outputs);
    for (const [oldest, columns] of this.#kept) {
      if (this.#bytes <= this.#mostBytes || oldest === key) return;
      this.#kept.delete(oldest);
      this.#bytes -= sizeOf(columns);
      this.#retired.push(...columns.filter((column) => !this.#isPrice(column)));
    }
  }
}

const sizeOf = (columns: readonly Float64Array[]): number =>
  columns.reduce((bytes, { byteLength }) => bytes + byteLength, 0);

/** What names a node's columns; none for one that hangs on conditions, which are not named. */
function keyOf(node: Series, values: Values): string | undefined {
  if (node.kind !== "operation") return undefined;
  let key = node.operation.name;
  for (const input of node.inputs) {
    const of = keyOf(input, values);
    if (of === undefined) return undefined;
    const output = input.kind === "operation" ? input.output : 0;
    key += `(${of}#${output})`;
  }
  for (const num of node.numbers) key += `,${typeof num === "number" ? num : numberOf(num, values)}`;
  return key;
}
