import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});
afterAll(() => {
  vi.useRealTimers();
});

/** Documents and their terms by SQL alone; every third in a category, every tenth by one author and with a tag. */
async function fill(from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  const { desk_id, user_id } = account;
  await testEnv.DB.batch([
    testEnv.DB.prepare(
      `${numbers} INSERT INTO documents (id, desk_id, sha256, file_name, size_bytes, title, author, category, status, job_id,
         write_token, created_by, created_at, updated_at)
       SELECT printf('doc_%032x', i), ?, 'sha-' || i, 'f', 1, printf('Title %05d', i * 7919 % 100000),
         CASE WHEN i % 10 = 0 THEN 'Ada' END, CASE WHEN i % 3 = 0 THEN 'books' END, 'completed', printf('job_%032x', i), 'w', ?, i, i FROM n`,
    ).bind(desk_id, user_id),
    testEnv.DB.prepare(
      `${numbers} INSERT INTO document_terms SELECT ?, 'tag', 'risk', i, printf('doc_%032x', i) FROM n WHERE i % 10 = 0`,
    ).bind(desk_id),
  ]);
}

const QUERIES = [
  "sort=-created_at",
  "sort=created_at",
  "sort=title",
  "sort=-title",
  "sort=updated_at",
  "sort=-updated_at",
  "category=books",
  "author=Ada",
  "status=completed",
  "tag=risk",
];

/** The rows that each of the first five pages reads. */
async function rowsRead(query: string): Promise<number[]> {
  const costs: number[] = [];
  let cursor = "";
  for (let page = 1; page <= 5; page += 1) {
    const answer = await call(`/v1/documents?${query}&limit=5${cursor}`, { token: account.access_token });
    costs.push(Number(/d1_rows_read=(\d+)/.exec(answer.headers.get("bourse-cost") ?? "")?.[1]));
    cursor = `&cursor=${(await answer.json<{ next_cursor: string }>()).next_cursor}`;
  }
  return costs;
}

async function allRowsRead(): Promise<Record<string, number[]>> {
  const costs: Record<string, number[]> = {};
  for (const query of QUERIES) costs[query] = await rowsRead(query);
  return costs;
}

it("reads as many rows for a page of 4,000 documents as for a page of 400", async () => {
  // The caller is known and the clock stands still, so that no page pays for looking them up.
  await call("/v1/me", { token: account.access_token });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  await fill(1, 401);
  const few = await allRowsRead();
  await fill(401, 4_001);
  const many = await allRowsRead();
  expect(many).toEqual(few);
  // The caller's own rows, six documents of a page, and an index entry or a term for each.
  for (const [query, pages] of Object.entries(many)) expect(Math.max(...pages), query).toBeLessThan(20);
});
