import {
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { type SigningKey, settingsOf } from "../../src/env.ts";
import { PUBLIC_ROUTES } from "../../src/http/authentication.ts";
import { base64url, textOfBase64url } from "../../src/platform/crypto.ts";
import { closeOf, problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { isPublic, isSocket, type Operation, operations, pathParameters } from "../support/operations.ts";
import { openSocket } from "../support/watch.ts";
import { fillPath, unknownId } from "../support/world.ts";

const settings = settingsOf(testEnv);
const [key] = settings.SIGNING_KEYS;
const guarded = operations
  .filter((operation) => !isPublic(operation))
  .map((operation): [string, Operation] => [operation.name, operation]);

let account: Account;
/** `Authorization` headers that must not open anything, by what is wrong with them. */
const refused: Record<string, string | undefined> = {};

beforeAll(async () => {
  account = await newAccount();
  Object.assign(refused, await withForgedTokens(account), await withEndedAccounts(), {
    "no credential": undefined,
    "an empty header": "",
    "Basic credentials": `Basic ${btoa(`${account.email}:${account.password}`)}`,
    "a good token behind another scheme": `Token ${account.access_token}`,
    "a good token without a scheme": account.access_token,
    "a good token and something after it": `Bearer ${account.access_token} x`,
    "a scheme without a token": "Bearer ",
    garbage: "Bearer !!!",
    "three dots": "bearer a.b.c",
    "a refresh token": `Bearer ${account.refresh_token}`,
    "a cut signature": `Bearer ${account.access_token.slice(0, -2)}`,
  });
});

interface Forgery {
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  signer?: CryptoKey | Uint8Array;
}

/** A token with all that ours have but for what is given. */
async function forge(
  { user_id, access_token }: Account,
  { header, payload, signer }: Forgery,
): Promise<string> {
  const good: JWTPayload = JSON.parse(textOfBase64url(access_token.split(".")[1] ?? "") ?? "");
  const signature = signer ?? (await importJWK({ ...key }, "EdDSA"));
  const protectedHeader = { alg: "EdDSA", typ: "at+jwt", kid: key?.kid, ...header } as JWTHeaderParameters;
  const token = new SignJWT({ ...good, sub: user_id, ...payload }).setProtectedHeader(protectedHeader);
  return `Bearer ${await token.sign(signature)}`;
}

async function withForgedTokens(of: Account): Promise<Record<string, string>> {
  const now_s = Math.floor(Date.now() / 1000);
  const { d: _, ...publicJwk } = key as SigningKey;
  const publicBytes = Buffer.from(publicJwk.x, "base64url");
  const stranger = await generateKeyPair("EdDSA", { extractable: true });
  const [header, payload] = of.access_token.split(".");
  const encode = (part: unknown) => base64url(new TextEncoder().encode(JSON.stringify(part)));
  return {
    "an expired token": await forge(of, {
      payload: { iat: now_s - 1000, nbf: now_s - 1000, exp: now_s - 100 },
    }),
    "a token from the future": await forge(of, { payload: { nbf: now_s + 600, exp: now_s + 1200 } }),
    "a token without an end": await forge(of, { payload: { exp: undefined } }),
    "another issuer": await forge(of, { payload: { iss: "https://bourse.example.net" } }),
    "another audience": await forge(of, { payload: { aud: "bourse-admin" } }),
    "another desk's id": await forge(of, { payload: { dsk: unknownId("dsk") } }),
    "another user's id": await forge(of, { payload: { sub: unknownId("usr") } }),
    "a session that never was": await forge(of, { payload: { sid: unknownId("ses") } }),
    "a kid that is a path": await forge(of, { header: { kid: "../../test" } }),
    "an unknown kid": await forge(of, { header: { kid: "other" } }),
    "no kid": await forge(of, { header: { kid: undefined } }),
    "no typ": await forge(of, { header: { typ: undefined } }),
    "the typ of an id token": await forge(of, { header: { typ: "JWT" } }),
    "a stranger's key": await forge(of, { signer: stranger.privateKey }),
    "a stranger's key in its own header": await forge(of, {
      header: { jwk: await exportJWK(stranger.publicKey) },
      signer: stranger.privateKey,
    }),
    "the public key as an HMAC secret": await forge(of, { header: { alg: "HS256" }, signer: publicBytes }),
    "the public JWK as an HMAC secret": await forge(of, {
      header: { alg: "HS256" },
      signer: new TextEncoder().encode(JSON.stringify(publicJwk)),
    }),
    "alg none": `Bearer ${encode({ alg: "none", typ: "at+jwt", kid: key?.kid })}.${payload}.`,
    "our header and no signature": `Bearer ${header}.${payload}.`,
  };
}

/** Good tokens of sessions, users and memberships that are no longer in force. */
async function withEndedAccounts(): Promise<Record<string, string>> {
  const [loggedOut, deactivated, removed, ended] = [
    await newAccount(),
    await newAccount(),
    await newAccount(),
    await newAccount(),
  ];
  await call("/v1/auth/logout", { json: { refresh_token: loggedOut.refresh_token } });
  await testEnv.DB.batch([
    testEnv.DB.prepare("UPDATE users SET status = 'deactivated' WHERE id = ?").bind(deactivated.user_id),
    testEnv.DB.prepare("DELETE FROM members WHERE user_id = ?").bind(removed.user_id),
    testEnv.DB.prepare("UPDATE sessions SET expires_at = ? WHERE user_id = ?").bind(
      Date.now() - 1,
      ended.user_id,
    ),
  ]);
  return {
    "a token of a session that was logged out": `Bearer ${loggedOut.access_token}`,
    "a token of a deactivated user": `Bearer ${deactivated.access_token}`,
    "a token of someone who has left the desk": `Bearer ${removed.access_token}`,
    "a token of a session that has run out": `Bearer ${ended.access_token}`,
  };
}

const pathOf = ({ path }: Operation) =>
  fillPath(path, Object.fromEntries(pathParameters(path).map((name) => [name, unknownId("doc")])));
const headersOf = (authorization: string | undefined): Record<string, string> =>
  authorization === undefined ? {} : { authorization };

describe("routes that need a caller", () => {
  it("are all but the ones that the middleware lets through", () => {
    const open = operations.filter((operation) => isPublic(operation) && operation.path.startsWith("/v1/"));
    expect(new Set(open.map(({ name }) => name))).toEqual(PUBLIC_ROUTES);
  });

  it("open to a token that is made as the forged ones are, with nothing wrong in it", async () => {
    const answer = await call("/v1/me", { headers: { authorization: await forge(account, {}) } });
    expect(answer.status).toBe(200);
  });

  it.each(guarded.filter(([, operation]) => !isSocket(operation)))(
    "%s: answers every wrong credential with the same 401",
    async (_, operation) => {
      for (const [wrong, authorization] of Object.entries(refused)) {
        const answer = await call(pathOf(operation), {
          method: operation.method,
          headers: headersOf(authorization),
        });
        expect(answer.status, wrong).toBe(401);
        expect(answer.headers.get("www-authenticate"), wrong).toMatch(/^Bearer /);
        expect((await problemOf(answer)).code, wrong).toBe("auth.not_authenticated");
      }
    },
  );

  it.each(guarded.filter(([, operation]) => isSocket(operation)))(
    "%s: closes the socket for every wrong credential",
    async (_, operation) => {
      for (const [wrong, authorization] of Object.entries(refused)) {
        const { socket } = await openSocket(undefined, pathOf(operation), headersOf(authorization));
        expect((await closeOf(socket)).code, wrong).toBe(4401);
      }
      const forged = { "sec-websocket-protocol": "bourse.v1, ticket.made-up" };
      const { socket } = await openSocket(undefined, pathOf(operation), forged);
      expect((await closeOf(socket)).code, "a made-up ticket").toBe(4401);
    },
  );

  it("take no token from the URL", async () => {
    for (const name of ["token", "access_token", "authorization"]) {
      const answer = await call(`/v1/me?${name}=${account.access_token}`);
      expect(answer.status, name).toBe(401);
    }
  });

  it("are closed by default: a path that nobody declared asks for a credential first", async () => {
    expect((await call("/v1/not-declared")).status).toBe(401);
  });
});
