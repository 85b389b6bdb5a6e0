import { beforeAll, describe, expect, it } from "vitest";
import { walkJobs } from "../../../src/modules/jobs/bulk-store.ts";
import { walkOpenLetters } from "../../../src/modules/jobs/dead-letter-store.ts";
import { outboxSent } from "../../../src/modules/jobs/store.ts";
import { type DeskId, newId } from "../../../src/platform/ids.ts";
import { newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { deskOf } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

/** Of so many rows, made at the milliseconds 1, 2, 3 …, one is what is looked for: that of 1,000. */
const ROWS = 2_000;
const END = 3_000;
const fill = (desk: DeskId, insert: string) =>
  testEnv.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS}) ${insert} FROM n`,
  )
    .bind(desk)
    .run();
const any = { tag: null, priority: null, created_after: null, created_before: null };

describe("a walk over what is rare reads no more than it gives", () => {
  let desk: DeskId;
  beforeAll(async () => {
    desk = deskOf(await newAccount());
    await fill(
      desk,
      `INSERT INTO jobs (id, desk_id, type, priority, status, input, progress, created_by, created_at, updated_at)
       SELECT printf('job_%s_%d', ?1, i), ?1, iif(i = 1000, 'a.b', 'c.d'), 'low',
         iif(i = 1000, 'failed', 'succeeded'), '{}', '{}', 'x', i, i`,
    );
    await fill(
      desk,
      `INSERT INTO dead_letters (id, desk_id, queue, message_id, body, attempts, created_at, status)
       SELECT printf('ded_%s_%d', ?1, i), ?1, 'q', printf('%s_%d', ?1, i), '{}', 1, i,
         iif(i = 1000, 'open', 'replayed')`,
    );
  });

  it.each([
    ["jobs of a status", { ...any, status: "failed" as const, type: null }],
    ["jobs of a type", { ...any, status: null, type: "a.b" }],
  ])("%s", async (_, filter) => {
    const { cost, db } = testPlatform();
    const found = await walkJobs(db, desk, filter, [0, ""], [END, ""], 20);
    expect(found).toMatchObject([{ created_at: 1_000 }]);
    expect(cost.d1_rows_read).toBeLessThanOrEqual(2);
    expect(await walkJobs(db, desk, filter, [0, ""], [1_000, ""], 20)).toEqual([]);
  });

  it("open dead letters", async () => {
    const { cost, db } = testPlatform();
    const found = await walkOpenLetters(db, desk, [0, ""], END, 20);
    expect(found).toMatchObject([{ created_at: 1_000 }]);
    expect(cost.d1_rows_read).toBeLessThanOrEqual(2);
    expect(await walkOpenLetters(db, desk, [0, ""], 1_000, 20)).toEqual([]);
  });
});

it("takes a job out of the outbox by its index, however much waits there", async () => {
  const desk = deskOf(await newAccount());
  await fill(
    desk,
    `INSERT INTO outbox (id, desk_id, job_id, priority, due_at)
     SELECT printf('out_%s_%d', ?1, i), ?1, printf('job_%s_%d', ?1, i), 'low', 9e15`,
  );
  const { cost, db } = testPlatform();
  await outboxSent(db, desk, [newId("job")]);
  await testEnv.DB.prepare("DELETE FROM outbox WHERE desk_id = ?").bind(desk).run();
  expect(cost.d1_rows_read).toBeLessThanOrEqual(1);
});
