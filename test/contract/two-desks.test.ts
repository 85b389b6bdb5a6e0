import { beforeAll, describe, expect, it } from "vitest";
import { closeOf, whatItTells } from "../support/answers.ts";
import { type Call, call } from "../support/desk.ts";
import {
  exampleBody,
  exampleQuery,
  hasPathParameters,
  isOfThePlatform,
  isPublic,
  isSocket,
  type Operation,
  operations,
} from "../support/operations.ts";
import { wranglerConfig } from "../support/sources.ts";
import { openSocket } from "../support/watch.ts";
import {
  type Desk,
  fillPath,
  isOfEverybody,
  MALFORMED,
  malformedParameters,
  newDesk,
  ownParameters,
  unknownParameters,
} from "../support/world.ts";
import { READING_POSTS } from "./reading-posts.ts";

let ours: Desk;
let theirs: Desk;
beforeAll(async () => {
  ours = await newDesk();
  theirs = await newDesk();
});

const named = (some: Operation[]) =>
  some.map((operation): [string, Operation] => [operation.name, operation]);
/** Not what anybody may call: there the parameter itself is the credential. */
const ofOneThing = named(
  operations.filter(
    (one) => hasPathParameters(one) && !isOfThePlatform(one) && !isPublic(one) && !isOfEverybody(one),
  ),
);
const ofAnyUser = named(operations.filter((one) => hasPathParameters(one) && isOfThePlatform(one)));
/** Operations that only read and name nothing: what they show must be the desk's own. */
const ofTheWholeDesk = named(
  operations.filter(
    (operation) =>
      !hasPathParameters(operation) &&
      !isPublic(operation) &&
      (operation.method === "GET" || operation.name in READING_POSTS),
  ),
);

/** GETs whose example finds what every desk of the test world has. */
const FINDING = new Set(["GET /v1/search/export"]);

function optionsFor(operation: Operation, desk: Desk): Call {
  return {
    method: operation.method,
    token: desk.access_token,
    headers: { "if-match": "*" },
    ...exampleBody(operation),
  };
}

const idsOf = (desk: Desk) => [
  desk.desk_id,
  desk.user_id,
  desk.document.id,
  desk.chunk_id,
  desk.job_id,
  desk.file_id,
  desk.batch_id,
];

describe("another desk's things", () => {
  it("are there: each desk has read the same bytes for itself", () => {
    expect(ours.document.chunk_count).toBe(theirs.document.chunk_count);
    expect(new Set([...idsOf(ours), ...idsOf(theirs)]).size).toBe(14);
  });

  it.each(ofOneThing.filter(([, operation]) => !isSocket(operation)))(
    "%s: hides another desk's behind the answer for an unknown or malformed id",
    async (_, operation) => {
      const own = ownParameters(operation, theirs);
      const tells = async (values: Record<string, string>) => {
        const answer = await call(fillPath(operation.path, values), optionsFor(operation, ours));
        // The cost is for our own eyes: production never shows it, see the test below.
        return await whatItTells(answer, ["bourse-cost"]);
      };
      const hidden = await tells(own);
      expect(hidden.status).toBe(404);
      expect(hidden.body.code).toMatch(/^[a-z_]+\.(?:[a-z]+_)?not_found$/);
      expect(await tells(unknownParameters(own))).toEqual(hidden);
      for (const value of MALFORMED) expect(await tells(malformedParameters(own, value))).toEqual(hidden);
    },
  );

  it.each(ofOneThing.filter(([, operation]) => isSocket(operation)))(
    "%s: closes the socket in the same way for another desk's, an unknown and a malformed id",
    async (_, operation) => {
      const own = ownParameters(operation, theirs);
      const tells = async (values: Record<string, string>) => {
        const { socket } = await openSocket(ours.access_token, fillPath(operation.path, values));
        return await closeOf(socket);
      };
      const hidden = await tells(own);
      expect(hidden.code).toBe(4404);
      expect(await tells(unknownParameters(own))).toEqual(hidden);
      for (const value of MALFORMED) expect(await tells(malformedParameters(own, value))).toEqual(hidden);
    },
  );

  it.each(ofAnyUser)(
    "%s: tells a desk's admin the same of their own, another's, an unknown and a malformed id",
    async (_, operation) => {
      const tells = async (values: Record<string, string>) => {
        const answer = await call(fillPath(operation.path, values), optionsFor(operation, ours));
        return await whatItTells(answer, ["bourse-cost"]);
      };
      const own = ownParameters(operation, theirs);
      const refused = await tells(own);
      expect(refused).toMatchObject({ status: 403, body: { code: "access.not_allowed" } });
      const others = [ownParameters(operation, ours), unknownParameters(own)];
      for (const values of [...others, ...MALFORMED.map((value) => malformedParameters(own, value))]) {
        expect(await tells(values)).toEqual(refused);
      }
    },
  );

  it.each(ofTheWholeDesk)("%s: shows nothing of another desk", async (_, operation) => {
    const reading = READING_POSTS[operation.name];
    const json = reading && "json" in reading ? { json: reading.json } : exampleBody(operation);
    const path = operation.path + exampleQuery(operation);
    const answer = await call(path, { ...optionsFor(operation, ours), ...json });
    expect(answer.status, "give what it needs an example").not.toBe(422);
    const shown = await answer.text();
    for (const id of idsOf(theirs)) expect(shown).not.toContain(id);
    if (reading?.finds || FINDING.has(operation.name)) expect(shown).toContain(ours.document.id);
  });

  it.each(ofOneThing.filter(([, operation]) => operation.method === "GET" && !isSocket(operation)))(
    "%s: shows the owner what is theirs, untouched by what the others tried",
    async (_, operation) => {
      const path = fillPath(operation.path, ownParameters(operation, theirs));
      const answer = await call(path, { token: theirs.access_token });
      expect(answer.status).toBe(200);
      const shown = await answer.text();
      for (const id of idsOf(ours)) expect(shown).not.toContain(id);
    },
  );

  it("are not told apart by the cost of looking: production doesn't report it", () => {
    expect(wranglerConfig).toMatch(/\[env\.production\.vars\][^[]*REPORT_COST = "false"/);
  });
});

describe("the table of providers", () => {
  it("says what to add for a route that it doesn't know", () => {
    const operation = { ...operations[0], name: "GET /v1/moons/{id}", path: "/v1/moons/{id}" } as Operation;
    expect(() => ownParameters(operation, ours)).toThrow(/has no provider for \{id\}.*world\.ts/);
  });
});
