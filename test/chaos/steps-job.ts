import { z } from "zod";
import { defineJob, PermanentFailure } from "../../src/modules/jobs/define.ts";
import { reach } from "../../src/platform/faults.ts";
import { testEnv } from "../support/env.ts";

const input = z.object({ steps: z.int(), fails: z.boolean(), write: z.boolean() });
const checkpoint = z.object({ step: z.int() });

export async function openAccounts(): Promise<void> {
  await testEnv.DB.prepare(
    "CREATE TABLE IF NOT EXISTS chaos_accounts (job_id TEXT PRIMARY KEY, step INTEGER NOT NULL, balance INTEGER NOT NULL)",
  ).run();
}

/**
 * A job that books one unit per step: into its own account, from exactly the step before, so that a step done twice or
 * out of order would show in the balance. Some write an object too, some fail at their last step.
 */
export const stepsJob = defineJob({
  type: "chaos.steps",
  input,
  checkpoint,
  async run(slice) {
    const { id, input: of, platform } = slice;
    await platform.db.$client.prepare("INSERT OR IGNORE INTO chaos_accounts VALUES (?, 0, 0)").bind(id).run();
    for (let step = slice.resumed?.step ?? 0; step < of.steps; step += 1) {
      if (of.fails && step === of.steps - 1)
        throw new PermanentFailure("chaos.meant", "It was meant to fail.");
      await platform.db.$client
        .prepare(
          "UPDATE chaos_accounts SET balance = balance + 1, step = step + 1 WHERE job_id = ? AND step = ?",
        )
        .bind(id, step)
        .run();
      await reach("slice.effect", id);
      if (of.write) await platform.files.put(`chaos/${id}/${step}`, String(step));
      const done = step + 1;
      await slice.checkpoint(
        { step: done },
        { phase: "stepping", fraction: done / of.steps, message: `Step ${done}`, counters: { steps: done } },
      );
      if (slice.exhausted() && done < of.steps) return "yield";
    }
    return { done: { steps: of.steps } };
  },
  partial: async (_, { step }) => ({ steps: step }),
});
