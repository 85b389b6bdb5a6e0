import { isWhole, type Range, type Strategy } from "../../catalogue/declare.ts";
import { ATR_LENGTH, type OVERLAYS } from "../../catalogue/overlays.ts";
import { rangesOf } from "../../catalogue/prepare.ts";
import type { EngineSettings } from "../../engine/settings.ts";
import type { CrossingRule } from "../../engine/signals.ts";
import type { Condition, Series } from "../../language/nodes.ts";
import { textOf, type Values } from "../../language/numbers.ts";
import { ExpressionWriter, inputName } from "./expressions.ts";
import { declaredSize, type TradingParts, tradingLines } from "./orders.ts";

export const PINE_VERSIONS = [6, 5] as const;
export type PineVersion = (typeof PINE_VERSIONS)[number];
export const PINE_KINDS = ["strategy", "indicator"] as const;
export type PineKind = (typeof PINE_KINDS)[number];

export interface PineExport {
  strategy: Strategy;
  /** Checked, overlays with them. */
  values: Values;
  settings: EngineSettings;
  crossing: CrossingRule;
  version: PineVersion;
  kind: PineKind;
  /** Lines above the script: what it was proved against. */
  comments: readonly string[];
}

/** Why a run can't be written in Pine, for people. */
export function inexpressible({ costs, onSameSignal }: EngineSettings): string | undefined {
  if (costs.slippageBps > 0 || costs.spreadBps > 0)
    return "Pine knows slippage in ticks only: run the backtest with `slippage_ticks` in place of `slippage_bps` and `spread`.";
  if (costs.commissionRate > 0 && costs.commissionFixed > 0)
    return "Pine knows one kind of commission: run the backtest with a rate or a fixed one.";
  if (onSameSignal === "reopen")
    return "Pine can't close and open the same position in one bar: run the backtest with `on_same_signal` `hold`.";
  return undefined;
}

/** The script of a strategy, by the rules that the backtest ran by. */
export function emitPine(asked: PineExport): string {
  const { comments, crossing, kind, strategy, version } = asked;
  const writer = new ExpressionWriter(crossing);
  const rules = ruleLines(strategy, writer);
  const trading = kind === "strategy" ? partsOf(asked, writer) : undefined;
  const blocks = [
    [`//@version=${version}`, ...comments.map((line) => `// ${oneLine(line)}`)],
    [declaration(asked)],
    inputLines(asked),
    [...writer.definitions],
    writer.lines,
    [...rules, ...signalLines(strategy)],
    trading === undefined ? markLines(strategy) : tradingLines(trading),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
const quoted = (text: string): string => `"${oneLine(text).replace(/["\\]/g, "\\$&")}"`;

function declaration({ kind, settings, strategy }: PineExport): string {
  const title = quoted(strategy.title);
  if (kind === "indicator") return `indicator(${title}, overlay = true)`;
  const { cash, costs, fillAt } = settings;
  const size = declaredSize(settings);
  const commission =
    costs.commissionFixed > 0
      ? ["strategy.commission.cash_per_order", costs.commissionFixed]
      : ["strategy.commission.percent", percent(costs.commissionRate)];
  return `strategy(${[
    title,
    "overlay = true",
    `initial_capital = ${cash}`,
    `default_qty_type = ${size.type}`,
    `default_qty_value = ${size.value}`,
    `commission_type = ${commission[0]}`,
    `commission_value = ${commission[1]}`,
    `slippage = ${costs.slippageTicks}`,
    "pyramiding = 0",
    "margin_long = 0",
    "margin_short = 0",
    `process_orders_on_close = ${fillAt === "close"}`,
    "calc_on_every_tick = false",
    "max_bars_back = 1000",
  ].join(", ")})`;
}

/** 0.002 as 0.2 and not 0.2000…1. */
const percent = (part: number): number => Number((part * 100).toPrecision(12));

/** The strategy's own parameters, and the overlays that are on. */
function inputLines({ strategy, values }: PineExport): string[] {
  return Object.entries(rangesOf(strategy))
    .filter(([name]) => name in strategy.parameters || (values[name] ?? 0) > 0)
    .map(([name, range]) => {
      // An overlay that is on stays on: at 0 its lines would ask for an average of nothing.
      const least = name in strategy.parameters ? range.min : range.step;
      return inputLine(name, { ...range, min: least }, values[name] ?? range.default);
    });
}

function inputLine(name: string, range: Range, value: number): string {
  const { max, min, step, title } = range;
  const type = isWhole(range) ? "int" : "float";
  return `${inputName(name)} = input.${type}(${value}, ${quoted(title)}, minval = ${min}, maxval = ${max}, step = ${step})`;
}

const RULES = [
  ["longRule", "long"],
  ["longExitRule", "exitLong"],
  ["shortRule", "short"],
  ["shortExitRule", "exitShort"],
] as const;

function ruleLines({ rules }: Strategy, writer: ExpressionWriter): string[] {
  const texts = new Map<Condition, string>();
  return RULES.map(([name, rule]) => {
    const condition = rules[rule];
    if (condition === undefined) return `${name} = false`;
    const text = texts.get(condition) ?? writer.condition(condition);
    texts.set(condition, text);
    return `${name} = ${text}`;
  });
}

/** The state that decides what an exit rule means, as the engine keeps it: see `SignalMaker`. */
function signalLines({ rules }: Strategy): string[] {
  const orders =
    rules.orders === undefined ? [] : ["else if longExitRule and shortExitRule", "    signal := 0"];
  return [
    "// 1 goes long, -1 short, 0 leaves the position, 2 changes nothing",
    "var int wanted = 0",
    "int signal = 2",
    "if longRule and not longExitRule",
    "    signal := 1",
    "else if shortRule and not shortExitRule",
    "    signal := -1",
    "else if wanted == 1 and longExitRule",
    "    signal := 0",
    "else if wanted == -1 and shortExitRule",
    "    signal := 0",
    ...orders,
    "if signal != 2",
    "    wanted := signal",
  ];
}

function markLines({ sides }: Strategy): string[] {
  const mark = (title: string, when: string, shape: string, place: string, colour: string) => [
    `plotshape(${when}, "${title}", shape.${shape}, location.${place}, color.${colour}, size = size.small)`,
    `alertcondition(${when}, "${title}", "${title}")`,
  ];
  return [
    ...mark("Long", "signal == 1", "triangleup", "belowbar", "green"),
    ...(sides === "both" ? mark("Short", "signal == -1", "triangledown", "abovebar", "red") : []),
    ...mark("Exit", "signal == 0", "xcross", "abovebar", "gray"),
    'plot(signal, "Signal", display = display.data_window)',
  ];
}

/** Writes what trading needs as variables, and tells the names. */
function partsOf({ settings, strategy, values }: PineExport, writer: ExpressionWriter): TradingParts {
  const overlay = (name: keyof typeof OVERLAYS): string | undefined =>
    !(name in strategy.parameters) && (values[name] ?? 0) > 0 ? inputName(name) : undefined;
  const [stopAtr, takeAtr, trailAtr] = [overlay("stop_atr"), overlay("take_atr"), overlay("trail_atr")];
  const needsRange = [stopAtr, takeAtr, trailAtr].some((one) => one) || settings.sizing.kind === "atr_risk";
  if (needsRange) writer.lines.push(`range1 = ta.atr(${ATR_LENGTH})`);
  const trend = overlay("trend_ma");
  if (trend !== undefined) writer.lines.push(`trend1 = ta.sma(close, ${trend})`);
  const gate = (sign: ">=" | "<=") =>
    [trend === undefined ? "" : `close ${sign} trend1`, needsRange ? "range1 > 0" : ""]
      .filter((one) => one !== "")
      .join(" and ");
  const { hold, orders } = strategy.rules;
  const level = (of: Series | undefined) => (of === undefined ? {} : { level: writer.series(of) });
  const holds = [hold === undefined ? undefined : textOf(hold, inputName), overlay("max_bars")].filter(
    (one) => one !== undefined,
  );
  return {
    settings,
    longGate: gate(">="),
    shortGate: gate("<="),
    levels: Object.fromEntries(
      Object.entries(orders ?? {}).flatMap(([name, of]) =>
        Object.values(level(of)).map((text) => [name, text]),
      ),
    ),
    hasCooldown: overlay("cooldown") !== undefined,
    maxBars: holds.length === 2 ? `math.min(${holds.join(", ")})` : holds[0],
    ...{ stopAtr, takeAtr, trailAtr },
  };
}
