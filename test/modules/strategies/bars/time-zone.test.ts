import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimeZone } from "../../../../src/modules/strategies/bars/time-zone.ts";

const HOUR = 3_600_000;
const newYork = new TimeZone("America/New_York");

describe("a time zone", () => {
  it("knows summer and winter, and names that are none", () => {
    expect(newYork.offsetAt(Date.UTC(2020, 0, 15))).toBe(-5 * HOUR);
    expect(newYork.offsetAt(Date.UTC(2020, 6, 15))).toBe(-4 * HOUR);
    expect(new TimeZone("Asia/Kolkata").offsetAt(0)).toBe(5.5 * HOUR);
    expect(() => new TimeZone("Mars/Olympus")).toThrow(RangeError);
  });

  it("changes at the very ms of the clock change", () => {
    const change = Date.UTC(2020, 2, 8, 7);
    expect(newYork.offsetAt(change - 1)).toBe(-5 * HOUR);
    expect(newYork.offsetAt(change)).toBe(-4 * HOUR);
  });

  it("finds no instant for a local time that the clock jumps over, and takes the jump for it", () => {
    const missing = Date.UTC(2020, 2, 8, 2, 30);
    expect(newYork.instantsOf(missing)).toEqual([]);
    expect(newYork.instantOf(missing)).toBe(Date.UTC(2020, 2, 8, 7));
  });

  it("finds both instants of a local time that comes twice", () => {
    const twice = Date.UTC(2020, 10, 1, 1, 30);
    expect(newYork.instantsOf(twice)).toEqual([Date.UTC(2020, 10, 1, 5, 30), Date.UTC(2020, 10, 1, 6, 30)]);
    expect(newYork.instantOf(twice)).toBe(Date.UTC(2020, 10, 1, 5, 30));
  });

  it("always finds the instant again whose clock was read", () => {
    const zones = [
      "America/New_York",
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
      "Asia/Tokyo",
    ];
    const known = zones.map((name) => new TimeZone(name));
    const instant = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...known), instant, (zone, at) => {
        expect(zone.instantsOf(zone.localAt(at))).toContain(at);
      }),
      { numRuns: 500 },
    );
  });
});
