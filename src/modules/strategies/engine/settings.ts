/** Which positions a strategy may hold; a signal for a side that it may not hold closes the position. */
export type Side = "long" | "short" | "both";

/** `close` fills on the bar of the signal itself: only for comparison, since that price is known no sooner than the signal. */
export type FillAt = "next_open" | "close";

/** What becomes of a position that is open at the end: marked to the last close, or closed at the last close or open. */
export type CloseAtEnd = false | "close" | "open";

/** How many are bought or sold. No position ever costs more than the cash there is: there is no margin. */
export type Sizing =
  | { kind: "all_equity" }
  /** Skips the trade that it has no cash for. */
  | { kind: "fixed_quantity"; quantity: number }
  /** Money per trade, commission not included; skips the trade that it has no cash for. */
  | { kind: "fixed_notional"; notional: number }
  /** A fraction of the equity, commission included; 1 is all of it. */
  | { kind: "percent_of_equity"; fraction: number }
  /** A fraction of the equity is lost when the price moves by `atrMultiple` average true ranges; at most all equity. */
  | { kind: "atr_risk"; fraction: number; atrMultiple: number };

export interface Costs {
  /** Of the traded money, on both sides. */
  commissionRate: number;
  /** Money for each fill. */
  commissionFixed: number;
  /** Hundredths of a percent by which market and stop fills are worse. */
  slippageBps: number;
  /** Ticks by which market and stop fills are worse. */
  slippageTicks: number;
  /** Money. */
  tickSize: number;
  /** Between bid and ask, in hundredths of a percent; market and stop fills pay half of it. */
  spreadBps: number;
}

/** Rules laid over any strategy; 0 is off. Multiples are of the average true range on the bar before the entry. */
export interface Overlays {
  stopAtr: number;
  takeAtr: number;
  /** Below the best price since the entry (above, for a short), by the range of the latest finished bar; it only tightens. */
  trailAtr: number;
  /** Bars from entry to exit at most. */
  maxBars: number;
  /** Bars after an exit whose signals open nothing. A reversal is one decision and does not wait. */
  cooldown: number;
}

export interface EngineSettings {
  cash: number;
  side: Side;
  fillAt: FillAt;
  sizing: Sizing;
  /** Quantities are whole multiples of it: 1 for shares, 0.001 for parts; 0 does not round at all. */
  lotSize: number;
  costs: Costs;
  closeAtEnd: CloseAtEnd;
  /** A signal for the side that is held: nothing, or out and in again at the same price, as backtesting.py's exclusive orders do. */
  onSameSignal: "hold" | "reopen";
  /** Whether a limit order fills when the price touches it or only when the price goes beyond. */
  limitFill: "touch" | "cross";
  overlays: Overlays;
}

export const DEFAULT_SETTINGS: EngineSettings = {
  cash: 10_000,
  side: "both",
  fillAt: "next_open",
  sizing: { kind: "all_equity" },
  lotSize: 1,
  costs: {
    commissionRate: 0,
    commissionFixed: 0,
    slippageBps: 0,
    slippageTicks: 0,
    tickSize: 0.01,
    spreadBps: 0,
  },
  closeAtEnd: false,
  onSameSignal: "hold",
  limitFill: "touch",
  overlays: { stopAtr: 0, takeAtr: 0, trailAtr: 0, maxBars: 0, cooldown: 0 },
};

/** Of the bars that a cool-down counts after an exit, the first is over only at its close: entries at a close wait for that as well. */
export const restAtClose = ({ fillAt, overlays }: EngineSettings): number =>
  fillAt === "close" && overlays.cooldown > 0 ? 1 : 0;

/** Settings in which what is not named is the default. */
export interface SettingsInput extends Partial<Omit<EngineSettings, "costs" | "overlays">> {
  costs?: Partial<Costs>;
  overlays?: Partial<Overlays>;
}

/** The settings with their defaults. Throws a RangeError for a number that is negative, no number, or no cash to begin with. */
export function engineSettings(input: SettingsInput = {}): EngineSettings {
  const settings = {
    ...DEFAULT_SETTINGS,
    ...input,
    costs: { ...DEFAULT_SETTINGS.costs, ...input.costs },
    overlays: { ...DEFAULT_SETTINGS.overlays, ...input.overlays },
  };
  const { cash, costs, lotSize, overlays, sizing } = settings;
  const numbers = { cash, lotSize, ...costs, ...overlays, ...sizing };
  for (const [name, value] of Object.entries(numbers))
    if (typeof value === "number" && !(value >= 0 && Number.isFinite(value)))
      throw new RangeError(`${name} is ${value}, not a number of at least 0`);
  if (cash === 0) throw new RangeError("cash is 0, so that nothing can be bought");
  return settings;
}
