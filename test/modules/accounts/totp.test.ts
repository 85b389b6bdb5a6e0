import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { canonicalRecoveryCode, newRecoveryCodes } from "../../../src/modules/accounts/recovery-codes.ts";
import { enrolmentOf, newTotpSecret, stepOfCode } from "../../../src/modules/accounts/totp.ts";
import { seal, unseal } from "../../../src/platform/crypto.ts";
import { unknownId } from "../../support/world.ts";

/** Appendix B of RFC 6238 for SHA-1: seconds since 1970, and the last six of its eight digits. */
const RFC_6238: [number, string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];
const RFC_SECRET = Uint8Array.from("12345678901234567890", (c) => c.charCodeAt(0));

describe("a TOTP code", () => {
  it.each(RFC_6238)("at %i s is the one of RFC 6238", (at_s, code) => {
    expect(stepOfCode(RFC_SECRET, code, at_s * 1000)).toBe(Math.floor(at_s / 30));
  });

  it("fits in its own step and in its two neighbours, and names its step there", () => {
    const [at_s, code] = [1_111_111_110, "050471"];
    const step = at_s / 30;
    for (const from of [-30, -1, 0, 29, 30, 59]) {
      expect(stepOfCode(RFC_SECRET, code, (at_s + from) * 1000), `${from} s`).toBe(step);
    }
    for (const from of [-31, 60]) {
      expect(stepOfCode(RFC_SECRET, code, (at_s + from) * 1000), `${from} s`).toBeUndefined();
    }
  });

  it("of one secret does not fit another", () => {
    const [at_s, code] = [59, "287082"];
    expect(stepOfCode(newTotpSecret(), code, at_s * 1000)).toBeUndefined();
  });
});

/** The pixels of an SVG whose one path draws a square of one unit for each dark module. */
function pixelsOf(svg: string, scale = 4) {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]) * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  const dark = (left: number, top: number) => {
    for (let at = 0; at < scale * scale; at += 1) {
      const pixel = (top * scale + Math.floor(at / scale)) * side + left * scale + (at % scale);
      data.fill(0, pixel * 4, pixel * 4 + 3);
    }
  };
  let [x, y] = [0, 0];
  for (const [, how, dx, dy] of svg.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)/g)) {
    [x, y] = how === "M" ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    dark(x, y);
  }
  return { width: side, height: side, data };
}

describe("an enrolment", () => {
  it("is a secret of 160 bits, as text, as a URL and as a QR code that reads as that URL", () => {
    const { otpauth_url, qr_svg, secret } = enrolmentOf(newTotpSecret(), "ada+1@desk.example");
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(otpauth_url);
    expect(url.protocol + url.host + url.pathname).toBe("otpauth:totp/Bourse:ada%2B1%40desk.example");
    const fields = { issuer: "Bourse", secret, algorithm: "SHA1", digits: "6", period: "30" };
    expect(Object.fromEntries(url.searchParams)).toEqual(fields);
    expect(qr_svg).toMatch(/^<svg [^>]*><rect width="100%" height="100%" fill="#fff"\/><path /);
    expect(decodeQR(pixelsOf(qr_svg), { timeLimit: 5_000 })).toBe(otpauth_url);
  });

  it("draws nothing that an address could put into it", () => {
    const { qr_svg } = enrolmentOf(newTotpSecret(), '"><script>@desk.example');
    expect(qr_svg).toMatch(/^<svg [\w\s="/:.]*><rect [^<>]*\/><path d="[\w\s.-]*"\/><\/svg>$/);
  });
});

describe("recovery codes", () => {
  it("are ten of 80 bits that nobody can misread, and none of them is kept", async () => {
    const { codes, hashes } = await newRecoveryCodes("s".repeat(32), "usr_1");
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(hashes).size).toBe(10);
    for (const code of codes) expect(hashes.join()).not.toContain(code.replaceAll("-", ""));
  });

  it("are the same code however they were written down, and nothing else is one", () => {
    expect(canonicalRecoveryCode(" 7k2m 9qxa-4tbd–0hwe".replace("–", "-"))).toBe("7K2M9QXA4TBD0HWE");
    expect(canonicalRecoveryCode("OIL0-OIL0-OIL0-OIL0")).toBe("0110011001100110");
    for (const text of ["", "492039", "7K2M-9QXA-4TBD", "7K2M-9QXA-4TBD-0HWU", "7K2M-9QXA-4TBD-0HWE-1"]) {
      expect(canonicalRecoveryCode(text), text).toBeUndefined();
    }
  });
});

describe("what is sealed", () => {
  const secret = "s".repeat(32);
  it("opens for its owner under its secret alone, and not after a byte was changed", async () => {
    const [owner, other] = [unknownId("usr"), unknownId("usr")];
    const plain = newTotpSecret();
    const sealed = await seal(secret, owner, plain);
    expect(await unseal(secret, owner, sealed)).toEqual(plain);
    const changed = `${sealed.slice(0, 20)}${sealed[20] === "A" ? "B" : "A"}${sealed.slice(21)}`;
    await expect(unseal(secret, other, sealed)).rejects.toThrow();
    await expect(unseal("t".repeat(32), owner, sealed)).rejects.toThrow();
    await expect(unseal(secret, owner, changed)).rejects.toThrow();
  });

  it("looks different each time", async () => {
    const plain = newTotpSecret();
    expect(await seal(secret, "a", plain)).not.toBe(await seal(secret, "a", plain));
  });
});
