import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import type { Job } from "../../../src/modules/jobs/job.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { caughtMessages, consumeAll, rowOf } from "../../support/engine.ts";
import { newFailedJob } from "../../support/jobs.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";

let owner: Account;
/** A failed rebuilding of the index, which takes a manager to start. */
let failed: string;
beforeAll(async () => {
  owner = await newAccount();
  failed = await newFailedJob(owner);
});
afterEach(() => vi.restoreAllMocks());

async function newUser(): Promise<string> {
  const member = await newAccount();
  await join(member, owner, "user");
  return await tokenOn(member, owner.desk_id);
}

it.each([
  ["a member whose role", newUser],
  ["a key whose scopes", async () => (await makeKey(owner, { scopes: ["jobs:control"] })).key],
])("refuses a retry to %s could not have started the job", async (_, credential) => {
  const token = await credential();
  const answer = await call(`/v1/jobs/${failed}/retry`, { method: "POST", token });
  expect(await problemOf(answer)).toMatchObject({ status: 403, code: "access.not_allowed" });
});

it.each([
  ["a member's rights", newUser],
  ["a key's scopes", async () => (await makeKey(owner, { scopes: ["jobs:control"] })).key],
])("refuses it among many as well, by %s", async (_, credential) => {
  const token = await credential();
  const sent = caughtMessages();
  const bulk = await call("/v1/jobs/bulk", { token, json: { action: "retry", ids: [failed] } });
  const { id } = await bulk.json<Pick<Job, "id">>();
  await consumeAll(jobTypes, sent);
  expect(await rowOf({ id })).toMatchObject({
    status: "succeeded",
    result: { matched: 1, changed: 0, refused: { "access.not_allowed": 1 } },
  });
});
