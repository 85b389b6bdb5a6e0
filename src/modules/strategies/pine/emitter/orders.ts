import type { EngineSettings } from "../../engine/settings.ts";

/** Texts that the part of a script which trades is made of. */
export interface TradingParts {
  settings: EngineSettings;
  /** What must hold for an entry besides its signal; empty where nothing must. */
  longGate: string;
  shortGate: string;
  /** Levels of entry orders for the next bar and of exits, by the engine's names. */
  levels: Partial<Record<"longEntryStop" | "longExitStop" | "shortEntryStop" | "shortExitStop", string>>;
  hasCooldown: boolean;
  /** Bars that a position is held at most, as a text; none for ever. */
  maxBars: string | undefined;
  /** Multiples of the range, as texts; none where it is off. */
  stopAtr: string | undefined;
  takeAtr: string | undefined;
  trailAtr: string | undefined;
}

const both = (...conditions: string[]): string => conditions.filter((one) => one !== "").join(" and ");

/** The declaration's own size, where Pine has one like it; a risk by range is worked out from bar to bar. */
export function declaredSize({ sizing }: EngineSettings): { type: string; value: number } {
  switch (sizing.kind) {
    case "all_equity":
      return { type: "strategy.percent_of_equity", value: 100 };
    case "percent_of_equity":
      return { type: "strategy.percent_of_equity", value: 100 * Math.min(1, sizing.fraction) };
    case "fixed_quantity":
      return { type: "strategy.fixed", value: sizing.quantity };
    case "fixed_notional":
      return { type: "strategy.cash", value: sizing.notional };
    case "atr_risk":
      return { type: "strategy.fixed", value: 1 };
  }
}

/** What is risked by range, from what is known at the close of the signal's bar. */
function quantityLines({ costs, lotSize, sizing }: EngineSettings): string[] {
  if (sizing.kind !== "atr_risk") return [];
  const cash = costs.commissionFixed > 0 ? `(strategy.equity - ${costs.commissionFixed})` : "strategy.equity";
  const most = `${cash} / (close * ${1 + costs.commissionRate})`;
  const risked = `${sizing.fraction} * strategy.equity / (${sizing.atrMultiple} * range1)`;
  return [`quantity = ${inLots(`math.min(${most}, ${risked})`, lotSize)}`];
}

/** Rounded down as `roundDownToLot` does it: a lot of 0.001 is a thousandth, which is no exact number itself. */
function inLots(quantity: string, lotSize: number): string {
  if (lotSize === 0) return quantity;
  if (lotSize === 1) return `math.floor(${quantity} + 1e-9)`;
  const perUnit = Math.round(1 / lotSize);
  const isPart = perUnit > 1 && Math.abs(1 / lotSize - perUnit) <= 1e-9 * perUnit;
  return isPart
    ? `math.floor((${quantity}) * ${perUnit} + 1e-9) / ${perUnit}`
    : `math.floor((${quantity}) / ${lotSize} + 1e-9) * ${lotSize}`;
}

/** The lines that place orders at the close of a bar. */
export function tradingLines(parts: TradingParts): string[] {
  const { settings } = parts;
  const nowHeld = settings.fillAt === "close" ? "bar_index - 1" : "bar_index";
  const idle = parts.hasCooldown
    ? [
        "var int lastExit = na",
        "closedBefore = nz(strategy.closedtrades[1])",
        "if strategy.closedtrades > closedBefore",
        `    lastExit := ${nowHeld}`,
        "isRested = na(lastExit) or bar_index >= lastExit + cooldownInput",
      ]
    : [];
  const age =
    parts.maxBars === undefined ? [] : ["var int entryBar = na", "if isNew", `    entryBar := ${nowHeld}`];
  return [
    ...quantityLines(settings),
    "held = strategy.position_size > 0 ? 1 : strategy.position_size < 0 ? -1 : 0",
    ...idle,
    ...(parts.maxBars !== undefined || hasRange(parts)
      ? [
          "sizeBefore = nz(strategy.position_size[1])",
          "isNew = held != 0 and strategy.position_size != sizeBefore",
        ]
      : []),
    ...age,
    ...(settings.side === "short"
      ? []
      : [`entersLong = ${both("signal == 1", parts.longGate, rested(parts), pastFirst(parts))}`]),
    ...(settings.side === "long"
      ? []
      : [`entersShort = ${both("signal == -1", parts.shortGate, rested(parts), pastFirst(parts))}`]),
    ...protectionState(parts),
    ...marketLines(parts),
    ...orderLines(parts),
    ...protectionLines(parts),
  ];
}

/** A reversal is one decision and does not wait; for an entry at a close see `restAtClose`. */
function rested({ hasCooldown, settings }: TradingParts): string {
  if (!hasCooldown) return "";
  return settings.fillAt === "close"
    ? "(held != 0 or na(lastExit) or bar_index > lastExit + cooldownInput)"
    : "(held != 0 or isRested)";
}

/** Nothing fills on the first bar, whose close the engine begins with. */
const pastFirst = ({ settings }: TradingParts): string =>
  settings.fillAt === "close" ? "bar_index > 0" : "";

const quantityOf = ({ sizing }: EngineSettings): string =>
  sizing.kind === "atr_risk" ? ", qty = quantity" : "";

/** A reversal is one order: an entry closes what is held on the other side. */
function marketLines({ maxBars, settings }: TradingParts): string[] {
  const branches: [condition: string, order: string][] = [];
  const entry = (side: "Long" | "Short", held: number) =>
    branches.push([
      `enters${side} and held != ${held}`,
      `strategy.entry("${side}", strategy.${side.toLowerCase()}${quantityOf(settings)})`,
    ]);
  if (settings.side !== "short") entry("Long", 1);
  if (settings.side !== "long") entry("Short", -1);
  branches.push(["held != 0 and signal != 2 and signal != held", 'strategy.close_all("Signal")']);
  if (maxBars !== undefined) {
    const nextBar = settings.fillAt === "close" ? "bar_index" : "bar_index + 1";
    branches.push([
      `held != 0 and ${maxBars} > 0 and ${nextBar} - entryBar >= ${maxBars}`,
      'strategy.close_all("Time")',
    ]);
  }
  return branches.flatMap(([condition, order], at) => [
    `${at === 0 ? "if" : "else if"} ${condition}`,
    `    ${order}`,
  ]);
}

/** Stop orders that work in the next bar alone, while there is no position. */
function orderLines({ hasCooldown, levels, longGate, settings, shortGate }: TradingParts): string[] {
  const waits = hasCooldown ? "isRested" : "";
  const order = (id: string, side: string, level: string | undefined, gate: string): string[] =>
    level === undefined
      ? []
      : [
          `strategy.cancel("${id}")`,
          `if ${both("held == 0", `not na(${level})`, gate, waits)}`,
          `    strategy.entry("${id}", strategy.${side}${quantityOf(settings)}, stop = ${level}, oca_name = "Entry", oca_type = strategy.oca.cancel)`,
        ];
  return [
    ...(settings.side === "short" ? [] : order("Long", "long", levels.longEntryStop, longGate)),
    ...(settings.side === "long" ? [] : order("Short", "short", levels.shortEntryStop, shortGate)),
  ];
}

const hasRange = ({ stopAtr, takeAtr, trailAtr }: TradingParts): boolean =>
  stopAtr !== undefined || takeAtr !== undefined || trailAtr !== undefined;

/** The range at the entry, and the trailing stop, carried from bar to bar. */
function protectionState(parts: TradingParts): string[] {
  if (!hasRange(parts)) return [];
  const { trailAtr } = parts;
  const lines = ["var float entryRange = na", "if isNew", "    entryRange := range1[1]"];
  if (trailAtr === undefined) return lines;
  return [
    ...lines,
    "var float best = na",
    "var float trail = na",
    "if held != 0",
    "    if isNew",
    "        best := strategy.position_avg_price",
    `        trail := best - held * ${trailAtr} * entryRange`,
    "    best := held > 0 ? math.max(best, high) : math.min(best, low)",
    `    reach = best - held * ${trailAtr} * range1`,
    "    trail := held > 0 ? math.max(trail, reach) : math.min(trail, reach)",
  ];
}

/** Stops and targets: measured from the entry while that is not known yet, and as prices from then on. */
function protectionLines(parts: TradingParts): string[] {
  const { levels, settings, stopAtr, takeAtr, trailAtr } = parts;
  const side = (id: string, sign: 1 | -1, level: string | undefined): string[] => {
    if (!hasRange(parts) && level === undefined) return [];
    const nearest = sign > 0 ? "math.max" : "math.min";
    const [below, above] = sign > 0 ? ["-", "+"] : ["+", "-"];
    const toTicks = (multiple: string) => `${multiple} * range1 / syminfo.mintick`;
    const before = [stopAtr, trailAtr].filter((one) => one !== undefined);
    const loss = before.length === 2 ? `math.min(${before.join(", ")})` : before[0];
    const first = [
      ...(loss === undefined ? [] : [`loss = ${toTicks(loss)}`]),
      ...(takeAtr === undefined ? [] : [`profit = ${toTicks(takeAtr)}`]),
      ...(level === undefined ? [] : [`stop = ${level}`]),
    ];
    const stops = [
      ...(stopAtr === undefined ? [] : [`strategy.position_avg_price ${below} ${stopAtr} * entryRange`]),
      ...(trailAtr === undefined ? [] : ["trail"]),
      ...(level === undefined ? [] : [`nz(${level}, ${sign > 0 ? "0" : "1e10"})`]),
    ];
    const stop = stops.reduce((nearer, one) => (nearer === "" ? one : `${nearest}(${nearer}, ${one})`), "");
    const later = [
      ...(stop === "" ? [] : [`stop = ${stop}`]),
      ...(takeAtr === undefined
        ? []
        : [`limit = strategy.position_avg_price ${above} ${takeAtr} * entryRange`]),
    ];
    return [
      `if held == ${sign}`,
      `    strategy.exit("${id} exit", "${id}", ${later.join(", ")})`,
      "else",
      `    strategy.exit("${id} exit", "${id}", ${first.join(", ")})`,
    ];
  };
  return [
    ...(settings.side === "short" ? [] : side("Long", 1, levels.longExitStop)),
    ...(settings.side === "long" ? [] : side("Short", -1, levels.shortExitStop)),
  ];
}
