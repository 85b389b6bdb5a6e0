import { afterEach, expect, it } from "vitest";
import { Cut, installProbe } from "../../src/platform/faults.ts";
import { batchScenario } from "../support/batch-scenario.ts";
import { endDirections, sendLeftBehind } from "../support/batches.ts";
import { newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { hush } from "./quiet.ts";

const ITEMS = Number(testEnv.CHAOS_ITEMS);
const CUT_EVERY = 17;
const PATIENCE_MS = 120_000 + ITEMS * 300;

const batchRow = () => testEnv.DB.prepare("SELECT * FROM batches").first<Record<string, number>>();

afterEach(endDirections);

it(
  `brings a batch of ${ITEMS} items, 7 % failing, through pause, kills, resume and retry`,
  async () => {
    const { mention, speak } = hush();
    const { access_token: token } = await newAccount();
    let [borders, killed] = [0, 0];
    const storm = () => {
      installProbe((border) => {
        borders += 1;
        if (borders % CUT_EVERY !== 0) return;
        killed += 1;
        throw new Cut(border);
      });
    };
    const meanwhile = async () => {
      await sendLeftBehind();
      const at = await batchRow();
      mention(`a batch of ${ITEMS} items: ${at?.succeeded} succeeded, ${at?.failed} failed`);
    };
    const calm = () => installProbe(undefined);
    const started = performance.now();
    const patience_ms = PATIENCE_MS;
    await batchScenario({ token, size: ITEMS, storm, calm, meanwhile, patience_ms });
    expect(killed).toBeGreaterThan(0);

    const batch = await batchRow();
    const { results } = await testEnv.DB.prepare(
      "SELECT status, count(*) AS items FROM batch_items GROUP BY status",
    ).all<{ status: string; items: number }>();
    for (const { items, status } of results) expect(batch?.[status], status).toBe(items);
    expect(results.reduce((sum, { items }) => sum + items, 0)).toBe(ITEMS);
    const rows = results.map(({ items, status }) => `${items} ${status}`).join(", ");
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    speak(`a batch of ${ITEMS} items, ${killed} kills: ${rows}, as its counters say; ${seconds} s`);
  },
  4 * PATIENCE_MS,
);
