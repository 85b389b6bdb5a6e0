import { beforeAll, describe, expect, it } from "vitest";
import { isGrantableToKeys, PERMISSIONS } from "../../src/modules/access/permissions.ts";
import { outcomeOf, problemOf } from "../support/answers.ts";
import { call } from "../support/desk.ts";
import { makeKey } from "../support/members.ts";
import {
  exampleBody,
  exampleQuery,
  isPublic,
  isSocket,
  type Operation,
  operations,
} from "../support/operations.ts";
import { openSocket } from "../support/watch.ts";
import { type Desk, fillPath, newDesk, ownParameters } from "../support/world.ts";

let desk: Desk;
let key: string;
beforeAll(async () => {
  desk = await newDesk();
  key = (await makeKey(desk, { scopes: PERMISSIONS.filter(isGrantableToKeys) })).key;
});

const named = (some: Operation[]) =>
  some.map((operation): [string, Operation] => [operation.name, operation]);
/** What makes or ends sessions, proofs, desks and whatever else is a person's own. */
const ofThePerson = operations.filter(
  (operation) => operation.permission === undefined && !isPublic(operation) && operation.method !== "GET",
);
const withheld = operations.filter(
  ({ permission }) => permission !== undefined && !isGrantableToKeys(permission),
);
const open = operations.filter(
  (operation) =>
    operation.permission !== undefined && isGrantableToKeys(operation.permission) && !isSocket(operation),
);

/** The operation on the desk's own things, by the key that has every scope there is. */
async function byKey(operation: Operation): Promise<Response> {
  const path = fillPath(operation.path, ownParameters(operation, desk)) + exampleQuery(operation);
  return await call(path, {
    method: operation.method,
    headers: { "x-api-key": key, "if-match": "*" },
    ...exampleBody(operation),
  });
}

describe("a key with every scope of an admin", () => {
  it.each(named(ofThePerson))("%s: does not become a person", async (_, operation) => {
    const answer = await byKey(operation);
    expect(answer.status).toBe(403);
    expect((await problemOf(answer)).code).toBe("access.person_needed");
  });

  it.each(named(withheld))("%s: does not get what no key may have", async (_, operation) => {
    if (isSocket(operation)) {
      const { socket } = await openSocket(key, fillPath(operation.path, ownParameters(operation, desk)));
      return expect(await outcomeOf(socket)).toBe(4403);
    }
    const answer = await byKey(operation);
    expect(answer.status).toBe(403);
    expect((await problemOf(answer)).code).toMatch(/^access\.(not_allowed|person_needed)$/);
  });

  it("neither makes, rotates nor revokes a key, its own included", async () => {
    const headers = { "x-api-key": key };
    const more = { name: "more", scopes: ["documents:read"] };
    const path = `/v1/api-keys/${desk.key_id}`;
    for (const answer of [
      await call("/v1/api-keys", { headers, json: more }),
      await call(`${path}/rotate`, { headers, json: {} }),
      await call(path, { method: "DELETE", headers }),
      await call("/v1/api-keys", { headers }),
    ]) {
      expect(answer.status).toBe(403);
      expect((await problemOf(answer)).code).toBe("access.not_allowed");
    }
  });

  it("does not get a ticket for a socket, a log-in or a refresh by being sent along", async () => {
    const headers = { "x-api-key": key };
    expect((await call("/v1/tickets", { method: "POST", headers })).status).toBe(403);
    expect((await call("/v1/auth/refresh", { headers, json: { refresh_token: key } })).status).toBe(401);
    const login = { email: desk.email, password: key };
    expect((await call("/v1/auth/login", { headers, json: login })).status).toBe(401);
  });

  it.each(named(open))("%s: may use what is in its scopes", async (_, operation) => {
    expect([401, 403]).not.toContain((await byKey(operation)).status);
  });
});

describe("the operations of the contract", () => {
  it("name keys as a credential exactly where a key may have the permission", () => {
    const declared = operations.filter(({ security = [] }) => security.some((one) => "api_key" in one));
    const allowed = operations.filter(
      ({ permission }) => permission !== undefined && isGrantableToKeys(permission),
    );
    expect(declared.map(({ name }) => name)).toEqual(allowed.map(({ name }) => name));
  });

  it("have some of each kind, so that the walks above walk", () => {
    for (const some of [ofThePerson, withheld, open]) expect(some.length).toBeGreaterThan(2);
  });
});
