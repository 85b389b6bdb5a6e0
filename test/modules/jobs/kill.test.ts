import { afterEach, expect, it } from "vitest";
import { type Border, Cut, installProbe } from "../../../src/platform/faults.ts";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { handbook } from "../../support/handbook.ts";
import { watchByEvents, watchBySocket, watchCutAtEveryFrame, watchToEnd } from "../../support/watch.ts";

const TEXT = handbook(70);

afterEach(() => installProbe(undefined));

async function chunksOf(token: string, id: string) {
  const chunks: { index: number; text: string; locator: unknown }[] = [];
  for (let path: string | null = `/v1/documents/${id}/chunks?limit=100`; path !== null; ) {
    const page: { data: { index: number; text: string; locator: unknown }[]; next_cursor: string | null } =
      await (await call(path, { token })).json();
    chunks.push(...page.data.map(({ index, locator, text }) => ({ index, locator, text })));
    path =
      page.next_cursor === null ? null : `/v1/documents/${id}/chunks?limit=100&cursor=${page.next_cursor}`;
  }
  return chunks;
}

async function uploaded(account: Account): Promise<UploadedDocument> {
  return await (await upload(account.access_token, TEXT, "handbook.md")).json<UploadedDocument>();
}

/** The borders that one undisturbed ingestion reaches, and the chunks that it makes. */
async function undisturbed() {
  const account = await newAccount();
  const borders: Border[] = [];
  installProbe((border) => {
    borders.push(border);
  });
  const { id } = await uploaded(account);
  await processed(account.access_token, id);
  await expect.poll(() => borders.at(-1)).toBe("slice.confirmed");
  installProbe(undefined);
  return { borders, chunks: await chunksOf(account.access_token, id) };
}

it("ends with the same chunks and a whole event stream wherever the consumer is killed", async () => {
  const { borders, chunks } = await undisturbed();
  expect(borders.filter((border) => border === "slice.checkpointed").length).toBeGreaterThanOrEqual(5);
  expect(chunks.length).toBeGreaterThan(30);

  const plans = new Map<string, { cut_at: number; reached: number }>();
  const killed = new Map<string, Border>();
  installProbe((border, job) => {
    const plan = plans.get(job) ?? { cut_at: plans.size, reached: 0 };
    plans.set(job, plan);
    if (plan.reached++ !== plan.cut_at) return;
    killed.set(job, border);
    throw new Cut(border);
  });
  const runs = await Promise.all(
    borders.map(async () => {
      const account = await newAccount();
      const { id, job_id } = await uploaded(account);
      const streams = await Promise.all([
        watchToEnd(watchBySocket, account.access_token, job_id),
        watchToEnd(watchByEvents, account.access_token, job_id),
        watchCutAtEveryFrame(watchBySocket, account.access_token, job_id),
        watchCutAtEveryFrame(watchByEvents, account.access_token, job_id),
      ]);
      const document = await processed(account.access_token, id);
      return { account, document, job_id, streams };
    }),
  );

  expect([...killed.values()].sort()).toEqual([...borders].sort());
  for (const { account, document, job_id, streams } of runs) {
    const at = killed.get(job_id);
    expect(document, at).toMatchObject({ status: "completed", chunk_count: chunks.length });
    expect(await chunksOf(account.access_token, document.id), at).toEqual(chunks);
    const last = streams.map((frames) => frames.at(-1)?.seq);
    expect(new Set(last).size, `the streams agree on the last event, cut at ${at}`).toBe(1);
  }
}, 120_000);
