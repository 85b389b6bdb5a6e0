import { describe, expect, it } from "vitest";
import { decimalOf, readNumber } from "../../../../../src/modules/strategies/bars/csv/numbers.ts";

describe("a number", () => {
  it.each([
    ["1234.5", 1234.5],
    ["1,234.50", 1234.5],
    ["1 234.5", 1234.5],
    ["1\u00a0234.5", 1234.5],
    ["1'234.5", 1234.5],
    ["$104.06", 104.06],
    ["-$104.06", -104.06],
    ["-1.5", -1.5],
    ["+1.5", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1.5e-3", 0.0015],
    ["22.35M", 22_350_000],
    ["1.1K", 1100],
    ["22,351,900", 22_351_900],
  ])("is read from %s", (cell, value) => {
    expect(readNumber(cell, ".")).toBe(value);
  });

  it.each([
    ["1.234,50", 1234.5],
    ["104,06", 104.06],
    ["1 234,5", 1234.5],
    ["22.351.900", 22_351_900],
    ["22,35M", 22_350_000],
  ])("with a decimal comma is read from %s", (cell, value) => {
    expect(readNumber(cell, ",")).toBe(value);
  });

  it.each(["", "NaN", "null", "N/A", "-"])("is absent in %j", (cell) => {
    expect(readNumber(cell, ".")).toBeNaN();
  });

  it.each([
    "abc",
    "1,23",
    "1,2345.6",
    "1.2.3",
    "12,34,567",
    "--5",
    "1e309",
    "0x10",
    "Infinity",
    "1e5e5",
    "=1+1",
  ])("is not read from %s", (cell) => {
    expect(readNumber(cell, ".")).toBeUndefined();
  });
});

describe("the decimal mark", () => {
  it("is the one that some cell can only mean", () => {
    expect(decimalOf(["1.5", "1,234"], ";")).toBe(".");
    expect(decimalOf(["1,5", "1.234"], ";")).toBe(",");
    expect(decimalOf(["1.234,5"], ";")).toBe(",");
    expect(decimalOf(["22,351,900", "100"], ";")).toBe(".");
    expect(decimalOf(["0,123"], ";")).toBe(",");
    expect(decimalOf(["1.234"], ";")).toBe(".");
  });

  it("is refused where all cells can be read in two ways, or cells contradict each other", () => {
    expect(() => decimalOf(["1,234", "100"], ";")).toThrow('give "decimal"');
    expect(decimalOf(["1,234", "100"], ",")).toBe(".");
    expect(() => decimalOf(["1,5", "1.5"], ";")).toThrow("some a decimal comma");
  });
});
