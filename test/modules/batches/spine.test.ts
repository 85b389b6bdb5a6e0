import { afterEach, beforeEach, expect, it } from "vitest";
import { installProbe } from "../../../src/platform/faults.ts";
import {
  batchNow,
  batchOver,
  batchWhen,
  checkCounters,
  directChildren,
  itemRows,
  newBatch,
  newDoor,
  queries,
  steered,
} from "../../support/batches.ts";
import { type Account, newAccount } from "../../support/desk.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});
afterEach(() => installProbe(undefined));

it("brings every item to its end, and says which have failed", async () => {
  directChildren((idx) => (idx % 3 === 1 ? "fails" : undefined));
  const { id } = await newBatch(account.access_token, { items: queries(6) });
  const batch = await batchOver(account.access_token, id);
  expect(batch).toMatchObject({ status: "succeeded", total: 6, succeeded: 4, failed: 2, cancelled: 0 });
  expect(batch.job.result).toEqual({ batch_id: id, total: 6, succeeded: 4, failed: 2, cancelled: 0 });
  await checkCounters(id);
  expect((await itemRows(id)).map(({ status }) => status)).toEqual([
    "succeeded",
    "failed",
    "succeeded",
    "succeeded",
    "failed",
    "succeeded",
  ]);
});
