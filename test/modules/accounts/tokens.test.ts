import { createRemoteJWKSet, customFetch, decodeProtectedHeader, exportJWK, jwtVerify } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { isIn } from "../../support/accounts.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const keySet = createRemoteJWKSet(new URL("https://bourse.test/.well-known/jwks.json"), {
  [customFetch]: async (url) => await call(new URL(url).pathname),
});

describe("an access token", () => {
  it("can be checked by anyone with the published keys", async () => {
    const { payload, protectedHeader } = await jwtVerify(account.access_token, keySet, {
      issuer: "https://bourse.test",
      audience: "bourse",
      algorithms: ["EdDSA"],
      typ: "at+jwt",
    });
    expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "at+jwt", kid: expect.any(String) });
    expect(payload).toMatchObject({ sub: account.user_id, dsk: account.desk_id });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  });

  it("carries ids and nothing personal", async () => {
    const { payload } = await jwtVerify(account.access_token, keySet);
    expect(Object.keys(payload).sort()).toEqual(["aud", "dsk", "exp", "iat", "iss", "nbf", "sid", "sub"]);
  });

  it("of the key before is good after a rotation, and a new log-in uses the new key", async () => {
    const keys = JSON.parse(testEnv.SIGNING_KEYS);
    const made = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const { d, x } = await exportJWK((made as CryptoKeyPair).privateKey);
    const added = { kty: "OKP", crv: "Ed25519", kid: "next", x, d };
    const env = { SIGNING_KEYS: JSON.stringify([added, ...keys]) };
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    expect((await call("/v1/me", { token: account.access_token, env })).status).toBe(200);
    const { email, password } = account;
    const login = await call("/v1/auth/login", { json: { email, password }, env });
    const { access_token } = await login.json<{ access_token: string }>();
    expect(kidOf(access_token)).toBe("next");
    expect((await call("/v1/me", { token: access_token, env })).status).toBe(200);
    expect(await isIn(access_token), "not where the new key isn't known").toBe(false);
    const retired = { SIGNING_KEYS: JSON.stringify([added]) };
    expect((await call("/v1/me", { token: account.access_token, env: retired })).status).toBe(401);
  });
});

describe("the published keys", () => {
  it("are the public halves alone, and may be cached", async () => {
    const answer = await call("/.well-known/jwks.json");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    const { keys } = await answer.json<{ keys: Record<string, string>[] }>();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
    const [own] = JSON.parse(testEnv.SIGNING_KEYS);
    expect(JSON.stringify(keys)).not.toContain(own.d);
  });
});
