import type { Costs } from "./settings.ts";

const PER_UNIT = 10_000;

/** The price of a market or stop fill: worse than `price` by slippage and half the spread. A limit fill never comes here. */
export function marketPrice(price: number, direction: number, costs: Costs): number {
  const worse =
    price * ((costs.slippageBps + costs.spreadBps / 2) / PER_UNIT) + costs.slippageTicks * costs.tickSize;
  const filled = price + direction * worse;
  return filled > 0 ? filled : 0;
}

/** Money for one fill: percent of what is traded plus the fixed part. */
export function commission(quantity: number, price: number, costs: Costs): number {
  return quantity * price * costs.commissionRate + costs.commissionFixed;
}
