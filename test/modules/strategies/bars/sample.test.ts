import { describe, expect, it } from "vitest";
import { encodeBars } from "../../../../src/modules/strategies/bars/columns/bar-set.ts";
import { randomFrom } from "../../../../src/modules/strategies/bars/random.ts";
import { examine } from "../../../../src/modules/strategies/bars/report.ts";
import { type SampleOptions, sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";

const options: SampleOptions = {
  seed: 42,
  bars: 2520,
  timeframe: { count: 1, unit: "d" },
  session: { ...ALWAYS, days: [1, 2, 3, 4, 5] },
  from: Date.UTC(2010, 0, 4),
};

async function hashOf(sample: SampleOptions): Promise<string> {
  const bytes = encodeBars({
    timeframe: sample.timeframe,
    symbols: [{ name: "S", bars: sampleBars(sample) }],
  });
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

describe("sample bars", () => {
  it("are these bytes for ever for a seed, and others for another", async () => {
    expect(await hashOf(options)).toBe("5335756fc74c6f0cc14638544b79b26a62000883d65598933b58f30978c91e0e");
    expect(await hashOf({ ...options, seed: 43 })).not.toBe(await hashOf(options));
  });

  it("are sound, whatever the seed", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const report = examine([{ symbol: "S", bars: sampleBars({ ...options, seed }) }]);
      expect(report).toMatchObject({ usable: true, timeframe: "1d" });
    }
  });

  it("begin where the last one closed, on whole ticks, with a volume", () => {
    const { open, close, volume } = sampleBars(options);
    expect([...open.slice(1)]).toEqual([...close.slice(0, -1)]);
    expect(volume.every((value) => value > 0 && Number.isInteger(value))).toBe(true);
  });

  it("move as much as their regimes say, more in some times than in others", () => {
    const { close } = sampleBars({ ...options, bars: 20_000 });
    const squares = Array.from(close.slice(1), (price, at) => Math.log(price / (close[at] ?? 1)) ** 2);
    const yearly = (part: number[]) => Math.sqrt((252 * part.reduce((a, b) => a + b, 0)) / part.length);
    expect(yearly(squares)).toBeGreaterThan(0.1);
    expect(yearly(squares)).toBeLessThan(0.35);
    const years = Array.from({ length: 70 }, (_, at) => yearly(squares.slice(at * 250, at * 250 + 250)));
    expect(Math.max(...years)).toBeGreaterThan(2 * Math.min(...years));
  });

  it("longer than a day, or of no weekday, are refused", () => {
    expect(() => sampleBars({ ...options, timeframe: { count: 1, unit: "w" } })).toThrow(RangeError);
    expect(() => sampleBars({ ...options, session: { ...ALWAYS, days: [] } })).toThrow(RangeError);
  });
});

describe("random numbers", () => {
  it("are evenly spread and differ between seeds of any size", () => {
    const random = randomFrom(7);
    const counts = new Uint32Array(10);
    for (let at = 0; at < 100_000; at += 1) {
      const tenth = Math.floor(random() * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    const firsts = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, -1].map((seed) => randomFrom(seed)());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});
