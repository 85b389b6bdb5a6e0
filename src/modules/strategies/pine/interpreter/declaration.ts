import { PineFault, type Place } from "./fault.ts";
import type { Block, Expression } from "./syntax.ts";

type QuantityType = "fixed" | "cash" | "percent_of_equity";
type CommissionType = "percent" | "cash_per_order" | "cash_per_contract";

/** What a script says of itself in its first call; of an indicator only the title counts. */
export interface Declaration {
  readonly kind: "strategy" | "indicator";
  readonly title: string;
  readonly initialCapital: number;
  readonly quantityType: QuantityType;
  /** Contracts, money, or percent of the equity. */
  readonly quantity: number;
  readonly commissionType: CommissionType;
  /** Percent, or money for an order or contract. */
  readonly commission: number;
  /** Ticks by which market and stop fills are worse. */
  readonly slippage: number;
  /** Whether market orders fill at the close that they are made on. */
  readonly fillsOnClose: boolean;
  /** Percent of a position's worth that must be there in money; 0 asks for none. */
  readonly marginLong: number;
  readonly marginShort: number;
  /** Whether an exit leaves the trades of the entry that it names, instead of the oldest. */
  readonly closesNamedEntry: boolean;
}

type Constant = string | number | boolean;

const STRATEGY_ORDER =
  "title shorttitle overlay format precision scale pyramiding calc_on_order_fills calc_on_every_tick max_bars_back backtest_fill_limits_assumption default_qty_type default_qty_value initial_capital currency slippage commission_type commission_value process_orders_on_close close_entries_rule margin_long margin_short explicit_plot_zorder max_lines_count max_labels_count max_boxes_count calc_bars_count risk_free_rate use_bar_magnifier fill_orders_on_standard_ohlc max_polylines_count dynamic_requests behind_chart".split(
    " ",
  );
const INDICATOR_ORDER =
  "title shorttitle overlay format precision scale max_bars_back timeframe timeframe_gaps explicit_plot_zorder max_lines_count max_labels_count max_boxes_count calc_bars_count max_polylines_count dynamic_requests behind_chart".split(
    " ",
  );
/** What would change the fills in a way that the broker here does not know: each may only be what it is without being said. */
const FIXED: Readonly<Record<string, Constant>> = {
  calc_on_order_fills: false,
  calc_on_every_tick: false,
  backtest_fill_limits_assumption: 0,
  use_bar_magnifier: false,
};

/** Reads the script's declaration, which comes first. */
export function declarationOf(script: Block, version: 5 | 6): Declaration {
  const call = script[0]?.kind === "expression" ? script[0].value : undefined;
  const kind = call?.kind === "call" ? call.name : undefined;
  if (call?.kind !== "call" || (kind !== "strategy" && kind !== "indicator"))
    throw new PineFault("the script does not begin with strategy() or indicator()", {
      line: script[0]?.line ?? 1,
      column: script[0]?.column ?? 1,
    });
  const order = kind === "strategy" ? STRATEGY_ORDER : INDICATOR_ORDER;
  const said = new Map<string, Constant>();
  for (const [at, { name: given, value }] of call.given.entries()) {
    const name = given ?? order[at];
    if (name === undefined || !order.includes(name))
      throw new PineFault(`${kind}() takes no ${name ?? "further argument"}`, value);
    const constant = constantOf(value);
    if (name in FIXED && constant !== FIXED[name])
      throw new PineFault(`${name} other than ${FIXED[name]} is beyond the subset`, value);
    said.set(name, constant);
  }
  return read(new Said(said, call), kind, version);
}

function read(said: Said, kind: Declaration["kind"], version: 5 | 6): Declaration {
  const margin = version === 6 ? 100 : 0;
  if (said.number("pyramiding", 0) > 1) throw said.fault("pyramiding beyond one entry is beyond the subset");
  const marginLong = said.number("margin_long", margin);
  const marginShort = said.number("margin_short", margin);
  if (![marginLong, marginShort].every((percent) => percent === 0 || percent === 100))
    throw said.fault("margins other than 0 and 100 are beyond the subset");
  return {
    kind,
    title: String(said.value("title", "")),
    initialCapital: said.number("initial_capital", 1_000_000),
    quantityType: said.choice("default_qty_type", "fixed", ["fixed", "cash", "percent_of_equity"]),
    quantity: said.number("default_qty_value", 1),
    commissionType: said.choice("commission_type", "percent", [
      "percent",
      "cash_per_order",
      "cash_per_contract",
    ]),
    commission: said.number("commission_value", 0),
    slippage: said.number("slippage", 0),
    fillsOnClose: said.value("process_orders_on_close", false) === true,
    marginLong,
    marginShort,
    closesNamedEntry: said.value("close_entries_rule", "FIFO") === "ANY",
  };
}

/** Arguments by name. */
class Said {
  readonly #values: ReadonlyMap<string, Constant>;
  readonly #place: Place;

  constructor(values: ReadonlyMap<string, Constant>, place: Place) {
    this.#values = values;
    this.#place = place;
  }

  fault(message: string): PineFault {
    return new PineFault(message, this.#place);
  }

  value(name: string, byDefault: Constant): Constant {
    return this.#values.get(name) ?? byDefault;
  }

  number(name: string, byDefault: number): number {
    const value = this.value(name, byDefault);
    if (typeof value !== "number" || !(value >= 0)) throw this.fault(`${name} is no number of at least 0`);
    return value;
  }

  /** One of the constants whose names end so. */
  choice<Name extends string>(name: string, byDefault: Name, names: readonly Name[]): Name {
    const value = String(this.value(name, byDefault)).split(".").pop();
    const known = names.find((one) => one === value);
    if (known === undefined) throw this.fault(`${name} is none of ${names.join(", ")}`);
    return known;
  }
}

function constantOf(expression: Expression): Constant {
  if (expression.kind === "number" || expression.kind === "string") return expression.value;
  if (expression.kind === "name") {
    if (expression.name === "true" || expression.name === "false") return expression.name === "true";
    if (expression.name.includes(".")) return expression.name;
  }
  if (expression.kind === "unary" && expression.operator === "-") {
    const value = constantOf(expression.of);
    if (typeof value === "number") return -value;
  }
  throw new PineFault("a constant is expected", expression);
}
