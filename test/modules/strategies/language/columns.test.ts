import { describe, expect, it } from "vitest";
import { Columns } from "../../../../src/modules/strategies/language/columns.ts";
import { bollinger } from "../../../../src/modules/strategies/language/vocabulary/channels.ts";
import { before, close } from "../../../../src/modules/strategies/language/vocabulary/prices.ts";
import { flatBars } from "../engine/small-bars.ts";

describe("columns", () => {
  it("of the same operation on two outputs of another are two, in whatever order they are asked for", () => {
    const columns = new Columns(flatBars(10, 12, 14), { crossing: "tradingview", isIntraday: false });
    const { lower, middle, upper } = bollinger(close, 2, 1);
    const lagged = [upper, lower, middle].map((line) => columns.series(before(line, 1), {})[2]);
    expect(lagged).toEqual([12, 10, 11]);
  });
});
