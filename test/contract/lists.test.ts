import { beforeAll, describe, expect, it } from "vitest";
import { encodeCursor } from "../../src/http/lists.ts";
import { logIn } from "../support/accounts.ts";
import { newSuperAdmin } from "../support/admin.ts";
import { problemOf } from "../support/answers.ts";
import { batchOver, newBatch, queries } from "../support/batches.ts";
import { keepMessage, keepRunMessage } from "../support/dead-letters.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../support/desk.ts";
import { newFile } from "../support/files.ts";
import { invite, makeKey, newColleague } from "../support/members.ts";
import { choose, writeNotice } from "../support/notifications.ts";
import { isOfThePlatform, isSocket, type Operation, operations } from "../support/operations.ts";
import { newBacktest, newDataset, newExperiment, newOptimization } from "../support/strategies.ts";
import { makeWebhook, writeDelivered } from "../support/webhooks.ts";
import { type Desk, fillPath, newDesk, ownParameters } from "../support/world.ts";

interface Page {
  data: { id?: string; name?: string; time?: string; index?: number; trial?: number }[];
  has_more: boolean;
  next_cursor: string | null;
}

const takesCursor = ({ parameters }: Operation) => parameters.some(({ name }) => name === "cursor");
const lists = operations
  .filter((operation) => operation.method === "GET" && takesCursor(operation))
  .map((operation): [string, Operation] => [operation.name, operation]);

let desk: Desk;
let superAdmin: Account;
beforeAll(async () => {
  desk = await newDesk();
  // The jobs below are told of whenever their events come, and a list must not grow while it is walked.
  await choose(desk, { job: { in_product: false, mail: "off" } });
  superAdmin = await newSuperAdmin();
  await newAccount();
  for (let n = 0; n < 2; n += 1) await logIn(desk);
  for (const n of [1, 2, 3]) {
    // Processed to the end, so that no list grows while it is walked.
    await uploadAndProcess(desk.access_token, `# Note ${n}\n\nNote number ${n}.\n`, `${n}.md`);
    await call("/v1/desks", { token: desk.access_token, json: { name: `Desk ${n}` } });
    await newColleague(desk.desk_id, "viewer");
    await invite(desk);
    await makeKey(desk);
    await keepRunMessage(desk.desk_id, desk.job_id);
    await keepMessage({ version: 9, n }, "jobs-normal");
    await makeWebhook(desk);
    await writeDelivered(desk, { id: desk.webhook_id });
    await newFile(desk.access_token);
    await batchOver(desk.access_token, (await newBatch(desk.access_token, { items: queries(1) })).id);
    await writeNotice(desk);
    const { id } = await newDataset(desk.access_token, { seed: n });
    await newBacktest(desk.access_token, id);
    await newOptimization(desk.access_token, id);
    await newExperiment(desk.access_token, id);
  }
});

async function ask(operation: Operation, query: Record<string, string>): Promise<Response> {
  const path = fillPath(operation.path, ownParameters(operation, desk));
  return await call(`${path}?${new URLSearchParams(query)}`, { token: tokenFor(operation) });
}

const tokenFor = (operation: Operation) => (isOfThePlatform(operation) ? superAdmin : desk).access_token;

/** Every page of a list, by following its `Link` headers as a client would. */
async function walk(operation: Operation, query: Record<string, string>): Promise<Page[]> {
  const pages: Page[] = [];
  let answer = await ask(operation, query);
  for (;;) {
    const page = await answer.json<Page>();
    pages.push(page);
    const next = /^<(\/[^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
    expect(next !== undefined, "Link and has_more agree").toBe(page.has_more);
    expect(page.next_cursor !== null).toBe(page.has_more);
    if (next === undefined) return pages;
    expect(pages.length).toBeLessThan(100);
    answer = await call(next, { token: tokenFor(operation) });
  }
}

/** What tells a list's items apart: rows of a series have no id. */
const idsIn = (pages: Page[]) =>
  pages.flatMap(({ data }) =>
    data.map(({ id, index, name, time, trial }) => id ?? time ?? index ?? trial ?? name),
  );
const sortsOf = ({ parameters }: Operation) =>
  parameters.find(({ name }) => name === "sort")?.schema.enum ?? [];

describe("a list", () => {
  it.each(lists)("%s: refuses a limit that is none", async (_, operation) => {
    for (const limit of ["0", "101", "-1", "1.5", "abc", "", "1e2000", "NaN"]) {
      const answer = await ask(operation, { limit });
      expect(answer.status, limit).toBe(422);
      expect((await problemOf(answer)).errors?.[0]?.path).toBe("limit");
    }
  });

  it.each(lists)("%s: gives each item once, one page after the other", async (_, operation) => {
    const [whole, ...more] = await walk(operation, { limit: "100" });
    expect(more).toEqual([]);
    const ids = idsIn(whole === undefined ? [] : [whole]);
    expect(ids.length, "make at least three of these in beforeAll").toBeGreaterThanOrEqual(3);
    expect(new Set(ids).size).toBe(ids.length);
    for (const limit of [1, 2]) {
      const pages = await walk(operation, { limit: String(limit) });
      expect(idsIn(pages)).toEqual(ids);
      for (const { data } of pages) expect(data.length).toBeLessThanOrEqual(limit);
    }
  });

  it.each(
    lists.flatMap(([name, operation]) => sortsOf(operation).map((sort) => ({ name, sort, operation }))),
  )(
    "$name?sort=$sort: gives each item once and takes no cursor of another sort",
    async ({ operation, sort }) => {
      const pages = await walk(operation, { limit: "1", sort });
      expect(new Set(idsIn(pages)).size).toBe(pages.length);
      const cursor = pages[0]?.next_cursor ?? "";
      for (const other of sortsOf(operation).filter((one) => one !== sort)) {
        expect((await ask(operation, { cursor, sort: other })).status, other).toBe(422);
      }
      const opposite = sort.startsWith("-") ? sort.slice(1) : `-${sort}`;
      const backwards = idsIn(await walk(operation, { limit: "2", sort: opposite }));
      expect(backwards).toEqual(idsIn(pages).reverse());
    },
  );

  it.each(lists)("%s: refuses a cursor that it never gave", async (_, operation) => {
    const foreign = [
      "x",
      "!!!",
      "e30",
      "bnVsbA",
      "é",
      "A".repeat(1001),
      encodeCursor("no-such-sort", [1, "doc_1"]),
    ];
    for (const cursor of foreign) {
      const answer = await ask(operation, { cursor });
      expect(answer.status, cursor).toBe(422);
      expect((await problemOf(answer)).errors?.[0]?.path).toBe("cursor");
    }
  });

  it.each(lists)(
    "%s: survives cursors with the right sort and a position that is none",
    async (_, operation) => {
      const [first] = await walk(operation, { limit: "1" });
      const [sort] = JSON.parse(Buffer.from(first?.next_cursor ?? "", "base64url").toString());
      for (const position of ["", "x".repeat(500), "' OR 1=1 --", -1, 1e308, 2 ** 53]) {
        const answer = await ask(operation, { cursor: encodeCursor(sort, [position, "' OR 1=1 --"]) });
        expect([200, 422], `${position}: ${await answer.clone().text()}`).toContain(answer.status);
        if (answer.status === 200) expect((await answer.json<Page>()).data.length).toBeLessThanOrEqual(20);
      }
    },
  );

  it("is what every GET with a `data` array is: none is without `limit` and `cursor`", () => {
    const unbounded = operations.filter((operation) => {
      const example = operation.responses[200]?.content?.["application/json"]?.example as { data?: unknown };
      return (
        operation.method === "GET" &&
        !isSocket(operation) &&
        Array.isArray(example?.data) &&
        !takesCursor(operation)
      );
    });
    expect(unbounded.map(({ name }) => name)).toEqual([]);
  });
});
