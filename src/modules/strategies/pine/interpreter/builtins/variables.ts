import type { Bars } from "../../../bars/bars.ts";
import type { Machine } from "../machine.ts";
import { type Basic, type Form, NA, type Value } from "../values.ts";
import { dayOf } from "./times.ts";
import { trueRangeAt } from "./true-range.ts";

interface BuiltinVariable {
  readonly type: Basic;
  readonly form: Form;
  /** Its value on a bar; of what has no past, only on the present one. */
  at(bar: number): Value;
  /** Whether earlier bars can be asked for. */
  readonly hasPast: boolean;
}

type Price = "open" | "high" | "low" | "close" | "volume";

const isPrice = (name: string): name is Price => ["open", "high", "low", "close", "volume"].includes(name);

/** A variable or constant that Pine has itself; undefined for any other name. */
export function builtinVariable(name: string, machine: Machine): BuiltinVariable | undefined {
  const { bars } = machine;
  if (isPrice(name)) {
    const column = bars[name];
    return series("float", (bar) => column[bar] ?? NA);
  }
  return MADE[name]?.(machine) ?? constant(name);
}

function constant(name: string): BuiltinVariable | undefined {
  if (name === "true" || name === "false") return fixed("bool", "const", name === "true");
  if (name === "na") return fixed("na", "const", NA);
  if (COLORS.has(name)) return fixed("color", "const", name);
  const stem = name.slice(0, name.lastIndexOf("."));
  if (NAMESPACES.has(stem) || CONSTANTS.has(name)) return fixed("constant", "const", name);
  return undefined;
}

const series = (type: Basic, at: (bar: number) => Value): BuiltinVariable => ({
  ...{ type, at, form: "series", hasPast: true },
});
const fixed = (type: Basic, form: Form, value: Value): BuiltinVariable => ({
  ...{ type, form, hasPast: false },
  at: () => value,
});
const present = (type: Basic, value: () => Value): BuiltinVariable => ({
  ...{ type, form: "series", hasPast: false },
  at: value,
});

const price =
  (of: (open: number, high: number, low: number, close: number) => number) => (machine: Machine) => {
    const { close, high, low, open } = machine.bars;
    return series("float", (bar) => of(open[bar] ?? NA, high[bar] ?? NA, low[bar] ?? NA, close[bar] ?? NA));
  };

/** `ta.cum(math.sign(ta.change(close)) * volume)`, as the manual has it. */
function onBalanceVolume({ close, volume }: Bars): Float64Array {
  const balance = new Float64Array(close.length);
  for (let bar = 1; bar < balance.length; bar += 1) {
    const signed = Math.sign((close[bar] ?? NA) - (close[bar - 1] ?? NA)) * (volume[bar] ?? NA);
    balance[bar] = (balance[bar - 1] ?? 0) + (Number.isNaN(signed) ? 0 : signed);
  }
  return balance;
}

/** A part of a bar's opening time, in UTC. */
const calendar = (part: (at: Date) => number) => (machine: Machine) =>
  series("int", (bar) => part(new Date(machine.bars.times[bar] ?? NA)));

const broker =
  (value: (machine: Machine) => number, type: Basic = "float") =>
  (machine: Machine) =>
    machine.declaration.kind === "strategy" ? present(type, () => value(machine)) : undefined;

const MADE: Readonly<Record<string, (machine: Machine) => BuiltinVariable | undefined>> = {
  hl2: price((_, high, low) => (high + low) / 2),
  hlc3: price((_, high, low, close) => (high + low + close) / 3),
  ohlc4: price((open, high, low, close) => (open + high + low + close) / 4),
  hlcc4: price((_, high, low, close) => (high + low + close + close) / 4),
  "ta.tr": ({ bars }) => series("float", (bar) => trueRangeAt(bars, bar, false)),
  "ta.obv": ({ bars }) => {
    const balance = onBalanceVolume(bars);
    return series("float", (bar) => balance[bar] ?? NA);
  },
  bar_index: () => series("int", (bar) => bar),
  time: ({ bars }) => series("int", (bar) => bars.times[bar] ?? NA),
  year: calendar((at) => at.getUTCFullYear()),
  month: calendar((at) => at.getUTCMonth() + 1),
  dayofmonth: calendar((at) => at.getUTCDate()),
  dayofweek: calendar((at) => at.getUTCDay() + 1),
  hour: calendar((at) => at.getUTCHours()),
  minute: calendar((at) => at.getUTCMinutes()),
  time_tradingday: ({ bars }) => series("int", (bar) => dayOf(bars.times[bar] ?? NA)),
  "barstate.isfirst": (machine) => present("bool", () => machine.bar === 0),
  "barstate.islast": (machine) => present("bool", () => machine.bar === machine.bars.close.length - 1),
  "barstate.isconfirmed": () => present("bool", () => true),
  "barstate.ishistory": () => present("bool", () => true),
  "barstate.isnew": () => present("bool", () => true),
  "barstate.isrealtime": () => present("bool", () => false),
  "timeframe.isintraday": ({ market }) => fixed("bool", "simple", market.isIntraday),
  "timeframe.isdwm": ({ market }) => fixed("bool", "simple", !market.isIntraday),
  "syminfo.mintick": ({ market }) => fixed("float", "simple", market.tickSize),
  "strategy.position_size": broker((machine) => machine.broker.positionSize),
  "strategy.position_avg_price": broker((machine) => machine.broker.averagePrice),
  "strategy.opentrades": broker((machine) => machine.broker.openTrades, "int"),
  "strategy.closedtrades": broker((machine) => machine.broker.trades.length, "int"),
  "strategy.equity": broker((machine) => machine.broker.equityAt(machine.bar)),
  "strategy.netprofit": broker((machine) => machine.broker.netProfit),
  "strategy.openprofit": broker((machine) => machine.broker.openProfitAt(machine.bar)),
  "strategy.initial_capital": ({ declaration }) =>
    declaration.kind === "strategy" ? fixed("float", "const", declaration.initialCapital) : undefined,
};

const COLORS = new Set(
  "aqua black blue fuchsia gray green lime maroon navy olive orange purple red silver teal white yellow"
    .split(" ")
    .map((name) => `color.${name}`),
);
/** What lies under these is told to TradingView's charts and changes no number. */
const NAMESPACES = new Set(
  "shape location size display format scale text font alert hline xloc yloc extend order position strategy.commission strategy.oca currency".split(
    " ",
  ),
);
const CONSTANTS = new Set([
  ...["line", "linebr", "stepline", "stepline_diamond", "steplinebr", "area", "areabr"].map(
    (style) => `plot.style_${style}`,
  ),
  ...["histogram", "columns", "circles", "cross"].map((style) => `plot.style_${style}`),
  ...["plot.linestyle_solid", "plot.linestyle_dashed", "plot.linestyle_dotted"],
  ...["strategy.long", "strategy.short", "strategy.fixed", "strategy.cash", "strategy.percent_of_equity"],
]);
