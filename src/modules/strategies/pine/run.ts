import type { Bars } from "../bars/bars.ts";
import type { OpenPineTrade, PineTrade } from "./broker/book.ts";
import { Broker, type BrokerOptions } from "./broker/broker.ts";
import { Compiler } from "./interpreter/compiler.ts";
import { type Declaration, declarationOf } from "./interpreter/declaration.ts";
import { changedNames } from "./interpreter/functions.ts";
import { versionOf } from "./interpreter/lexer.ts";
import { type InputValue, Machine, type PineInput, type Plot, type TieRule } from "./interpreter/machine.ts";
import { parse } from "./interpreter/parser.ts";
import { Frame, Scope } from "./interpreter/scope.ts";

export interface PineOptions extends Partial<BrokerOptions> {
  /** Values of inputs by the variables that they are assigned to. */
  readonly inputs?: Readonly<Record<string, InputValue>>;
  readonly isIntraday?: boolean;
  readonly ties?: TieRule;
}

/** What a script did over a series of bars. */
export interface PineRun {
  readonly declaration: Declaration;
  readonly inputs: readonly PineInput[];
  /** Closed ones, in the order of their exits. */
  readonly trades: readonly PineTrade[];
  /** Held after the last bar. */
  readonly open: readonly OpenPineTrade[];
  readonly plots: readonly Plot[];
  /** Money at each close. */
  readonly equity: Float64Array;
  /** Bars, in order, on which the script compared values that differ, if at all, by rounding alone. */
  readonly ties: readonly number[];
  /** Bars in which TradingView would have called the margin of a short position, which is not modelled. */
  readonly marginCalls: readonly number[];
}

/**
 * Runs a script of the subset of Pine (v5 or v6) bar by bar, each bar as closed: first what was ordered before is filled, then
 * the script runs. Throws a PineFault, with its place, for a script that is no Pine, is beyond the subset, or does too much.
 */
export function runPine(source: string, bars: Bars, options: PineOptions = {}): PineRun {
  const { inputs = {}, intrabar = "tradingview", isIntraday = false, lotSize = 1 } = options;
  const { sizing = "at_signal", tickSize = 0.01, ties = "as_computed" } = options;
  const version = versionOf(source);
  const script = parse(source);
  const declaration = declarationOf(script, version);
  const broker = new Broker(bars, declaration, { intrabar, sizing, tickSize, lotSize });
  const machine = new Machine({ bars, isIntraday, tickSize }, version, declaration, broker, ties);
  const frame = new Frame("the script");
  const compiler = new Compiler(machine, inputs);
  const code = compiler.block(script, new Scope(frame, changedNames(script)), false);
  requireKnownInputs(inputs, machine.inputs);
  const equity = new Float64Array(bars.close.length);
  for (let bar = 0; bar < equity.length; bar += 1) {
    machine.bar = bar;
    frame.clock = bar;
    broker.passBar(bar);
    code.run();
    broker.closeBar(bar);
    equity[bar] = broker.equityAt(bar);
  }
  return {
    ...{ declaration, equity, inputs: machine.inputs, plots: machine.plots, marginCalls: broker.marginCalls },
    trades: broker.trades,
    open: broker.held(),
    ties: [...machine.ties],
  };
}

function requireKnownInputs(given: Readonly<Record<string, InputValue>>, known: readonly PineInput[]): void {
  const names = new Set(known.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw new RangeError(`the script has no input ${unknown}`);
}
