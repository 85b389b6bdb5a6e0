import { afterEach, expect, it } from "vitest";
import { type Border, Cut, installProbe } from "../../../src/platform/faults.ts";
import {
  batchOver,
  batchWhen,
  checkCounters,
  endDirections,
  isOver,
  itemRows,
  newBatch,
  queries,
  runOf,
  sendLeftBehind,
} from "../../support/batches.ts";
import { newAccount } from "../../support/desk.ts";

afterEach(endDirections);

const SMALL = { items: queries(2), concurrency: 1 };

it("ends with every item done and counted once wherever a consumer of it is killed", async () => {
  const { access_token: token } = await newAccount();
  const borders: Border[] = [];
  installProbe((border) => void borders.push(border));
  await batchOver(token, (await newBatch(token, SMALL)).id);
  await expect.poll(() => borders.at(-1)).toBe("slice.confirmed");

  const plans = new Map<string, { cut_at: number; reached: number }>();
  const killed: Border[] = [];
  installProbe(async (border, job) => {
    const run = await runOf(job);
    const plan = plans.get(run) ?? { cut_at: plans.size, reached: 0 };
    plans.set(run, plan);
    if (plan.reached++ !== plan.cut_at) return;
    killed.push(border);
    throw new Cut(border);
  });
  const batches = await Promise.all(borders.map(() => newBatch(token, SMALL)));
  for (const { id } of batches) {
    const batch = await batchWhen(token, id, isOver, 60_000, sendLeftBehind);
    expect(batch).toMatchObject({ status: "succeeded", total: 2, succeeded: 2 });
    expect((await itemRows(id)).map(({ attempts }) => attempts)).toEqual([1, 1]);
    await checkCounters(id);
  }
  expect(killed.length).toBe(borders.length);
}, 120_000);
