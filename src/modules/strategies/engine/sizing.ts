import type { Costs, EngineSettings } from "./settings.ts";

/** Of a lot: what a floating division may fall short of a whole number by. */
const TOLERANCE = 1e-9;
const RELATIVE_TOLERANCE = 4 * Number.EPSILON;
/** Cash may miss this part of the price of a fixed quantity, so that an exact fit is not refused for a rounding. */
const CASH_TOLERANCE = 1e-12;

/**
 * The largest multiple of the lot that is not above `quantity`, but for rounding: 0.1 + 0.2 is three lots of 0.1, and so is
 * 0.3. A lot of 0 leaves the quantity as it is. What is not above 0 is 0.
 */
export function roundDownToLot(quantity: number, lotSize: number): number {
  if (!(quantity > 0 && Number.isFinite(quantity))) return 0;
  if (lotSize === 0) return quantity;
  const perUnit = 1 / lotSize;
  const whole = Math.round(perUnit);
  const isPart = whole > 1 && Math.abs(perUnit - whole) <= TOLERANCE * whole;
  const lots = isPart ? quantity * whole : quantity / lotSize;
  const count = Math.floor(lots + Math.max(TOLERANCE, lots * RELATIVE_TOLERANCE));
  return isPart ? count / whole : count * lotSize;
}

/** What the cash pays for, commission included: (cash − fixed) / (price · (1 + rate)), not rounded. */
function affordable(cash: number, price: number, costs: Costs): number {
  return (cash - costs.commissionFixed) / (price * (1 + costs.commissionRate));
}

/**
 * How many are traded at the price of the fill with that much cash, 0 where there is no trade. `atr` is the average true range
 * known before the fill. The commission of the entry is reserved: all equity buys floor((cash − fixed) / (price · (1 + rate))).
 */
export function quantityFor(
  { costs, lotSize, sizing }: EngineSettings,
  cash: number,
  price: number,
  atr: number,
): number {
  if (!(price > 0) || !(cash > 0)) return 0;
  const most = affordable(cash, price, costs);
  switch (sizing.kind) {
    case "all_equity":
      return roundDownToLot(most, lotSize);
    case "percent_of_equity":
      return roundDownToLot(affordable(Math.min(1, sizing.fraction) * cash, price, costs), lotSize);
    case "atr_risk":
      return roundDownToLot(Math.min(most, (sizing.fraction * cash) / (sizing.atrMultiple * atr)), lotSize);
    case "fixed_quantity":
      return ifAffordable(roundDownToLot(sizing.quantity, lotSize), most);
    case "fixed_notional":
      return ifAffordable(roundDownToLot(sizing.notional / price, lotSize), most);
  }
}

function ifAffordable(quantity: number, most: number): number {
  return quantity <= most * (1 + CASH_TOLERANCE) ? quantity : 0;
}
