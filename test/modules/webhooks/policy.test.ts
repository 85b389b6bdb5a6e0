import { describe, expect, it } from "vitest";
import {
  errorOfStatus,
  MAX_ATTEMPTS,
  MAX_RETRY_AFTER_MS,
  nextAttempt,
  retryAfterMs,
  withoutQuery,
} from "../../../src/modules/webhooks/policy.ts";
import { HOUR_MS } from "../../../src/platform/clock.ts";
import { newId } from "../../../src/platform/ids.ts";

const NOW = Date.UTC(2026, 10, 24, 9, 30);

describe("the retries of a delivery", () => {
  const id = newId("whd");
  const waits = Array.from({ length: MAX_ATTEMPTS }, (_, n) => nextAttempt({ id, attempts: n + 1 }, NOW, 0));

  it("come later and later, and end", () => {
    const known = waits.slice(0, -1).map((at) => (at ?? Number.NaN) - NOW);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    expect(known.every((wait) => wait > 0)).toBe(true);
    expect(waits.at(-1)).toBeUndefined();
  });

  it("are spread by the delivery's id, always in the same way and by a fifth at most", () => {
    const ids = ["0000", "8000", "ffff"].map((end) => `${id.slice(0, -4)}${end}`);
    const spread = ids.map((one) => (nextAttempt({ id: one, attempts: 4 }, NOW, 0) ?? 0) - NOW);
    expect(spread[0]).toBe(2 * HOUR_MS);
    expect(spread[1]).toBeGreaterThan(2 * HOUR_MS);
    expect(spread[2]).toBe(2.4 * HOUR_MS);
  });

  it("wait for what the receiver asks, and never less than they would", () => {
    expect(nextAttempt({ id, attempts: 1 }, NOW, HOUR_MS)).toBe(NOW + HOUR_MS);
    expect(nextAttempt({ id, attempts: 5 }, NOW, 1)).toBe(nextAttempt({ id, attempts: 5 }, NOW, 0));
    expect(nextAttempt({ id, attempts: 1 }, NOW, Number.MAX_VALUE)).toBe(NOW + MAX_RETRY_AFTER_MS);
    expect(nextAttempt({ id, attempts: MAX_ATTEMPTS }, NOW, HOUR_MS)).toBeUndefined();
  });
});

describe("Retry-After", () => {
  it.each([
    [null, 0],
    ["0", 0],
    ["120", 120_000],
    ["Tue, 24 Nov 2026 10:30:00 GMT", HOUR_MS],
    ["Tue, 24 Nov 2026 08:30:00 GMT", 0],
    ["-5", 0],
    ["soon", 0],
    ["1e9", 0],
    ["99999999999999999999", 0],
  ])("%j is %d ms", (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

it.each([
  [200, undefined],
  [299, undefined],
  [199, "status"],
  [300, "redirect"],
  [399, "redirect"],
  [400, "status"],
  [410, "gone"],
  [599, "status"],
])("the status %d is %s", (status, error) => {
  expect(errorOfStatus(status)).toBe(error);
});

it("tells others of an address without what its query may hide", () => {
  expect(withoutQuery("https://hooks.example:8443/a/b?token=s3cret#x")).toBe(
    "https://hooks.example:8443/a/b",
  );
});
