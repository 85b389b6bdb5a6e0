import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRange, isAllowedAddress } from "../../src/platform/addresses.ts";

describe("a range of addresses", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1/32", "192.0.2.1"],
    ["192.0.2.77/24", "192.0.2.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8::0:1", "2001:db8::1"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1/120", "192.0.2.0/24"],
  ])("%s is kept as %s", (text, kept) => {
    expect(canonicalRange(text)).toBe(kept);
    expect(canonicalRange(kept)).toBe(kept);
  });

  it.each([
    "",
    "x",
    "10",
    "127.1",
    "0x7f000001",
    "010.0.0.1",
    "010.0.0.0/8",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::/129",
  ])("%s is none", (text) => expect(canonicalRange(text)).toBeUndefined());

  it("allows the same addresses in its one spelling as in any other", () => {
    const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join("."));
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (base, address, bits) => {
        const range = `${base}/${bits}`;
        const kept = canonicalRange(range) ?? "";
        expect(isAllowedAddress(base, [kept])).toBe(true);
        expect(isAllowedAddress(address, [kept])).toBe(isAllowedAddress(address, [range]));
        expect(isAllowedAddress(`::ffff:${address}`, [kept])).toBe(isAllowedAddress(address, [range]));
      }),
    );
  });

  it("of one family allows nothing of the other, and an empty list allows all", () => {
    expect(isAllowedAddress("2001:db8::1", ["0.0.0.0/0"])).toBe(false);
    expect(isAllowedAddress("192.0.2.1", ["::/0"])).toBe(false);
    expect(isAllowedAddress("2001:db8::1", [])).toBe(true);
    expect(isAllowedAddress("no address", ["0.0.0.0/0", "::/0"])).toBe(false);
  });
});
