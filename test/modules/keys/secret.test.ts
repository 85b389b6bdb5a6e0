import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKeySecret, looksLikeKey, newKeySecret, prefixOf } from "../../../src/modules/access/key-secret.ts";

describe("the secret of a key", () => {
  it("has a mark, 40 characters of chance and a checksum", () => {
    const secrets = Array.from({ length: 200 }, newKeySecret);
    for (const secret of secrets) {
      expect(secret).toMatch(/^bk_live_[0-9A-Za-z]{46}$/);
      expect(isKeySecret(secret)).toBe(true);
      expect(secret.startsWith(prefixOf(secret))).toBe(true);
      expect(prefixOf(secret)).toHaveLength(16);
    }
    expect(new Set(secrets).size).toBe(200);
  });

  it("is known for none with any one character changed", () => {
    const secret = newKeySecret();
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const changed = fc.tuple(fc.integer({ min: 8, max: 53 }), fc.constantFrom(...letters));
    fc.assert(
      fc.property(changed, ([at, letter]) => {
        const other = secret.slice(0, at) + letter + secret.slice(at + 1);
        expect(isKeySecret(other)).toBe(other === secret);
      }),
      { numRuns: 500 },
    );
  });

  it("is told from tokens by its mark alone", () => {
    expect(looksLikeKey(newKeySecret())).toBe(true);
    expect(looksLikeKey("eyJhbGciOiJFZERTQSJ9.e30.c2ln")).toBe(false);
  });
});
