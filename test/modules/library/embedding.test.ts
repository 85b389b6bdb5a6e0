import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { neighboursOf } from "../../../src/modules/search/embeddings/neighbours.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { isId } from "../../../src/platform/ids.ts";
import { openPlatform } from "../../../src/platform/platform.ts";
import { type Account, call, newAccount, type UploadedDocument } from "../../support/desk.ts";
import {
  chunkIds,
  chunksWithVectors,
  embeddingEnv,
  ledgerOf,
  sections,
  uploadText,
} from "../../support/embeddings/desk.ts";
import { caughtMessages, consume, consumeAll, rowOf, type Sent } from "../../support/engine.ts";
import { type TestEnv, testEnv } from "../../support/env.ts";
import { deskOf } from "../../support/jobs.ts";

let account: Account;
let sent: Sent[];
beforeEach(async () => {
  account = await newAccount();
  sent = caughtMessages();
});
afterEach(() => {
  installProbe(undefined);
  vi.restoreAllMocks();
});

/** Runs the job, by however many slices and after however many crashes, until it has ended and settled. */
async function ended(job: string, env: TestEnv = embeddingEnv) {
  if (!isId("job", job)) throw new Error(`no job: ${job}`);
  const isOver = async () => {
    await consumeAll(jobTypes, sent, env);
    return ["succeeded", "failed", "cancelled"].includes((await rowOf({ id: job })).status);
  };
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  await consumeAll(jobTypes, sent, env);
  return await rowOf({ id: job });
}

async function processed(text: string, env: TestEnv = embeddingEnv): Promise<UploadedDocument> {
  const document = await uploadText(account, text);
  expect(await ended(document.job_id, env)).toMatchObject({ status: "succeeded" });
  return document;
}

/** Starts the document's next run, on a file that says something else. */
async function reprocessAs({ id }: UploadedDocument, text: string): Promise<string> {
  await testEnv.FILES.put(`desks/${account.desk_id}/documents/${id}/original`, text);
  const answer = await call(`/v1/documents/${id}/reprocess`, {
    method: "POST",
    token: account.access_token,
  });
  expect(answer.status).toBe(202);
  return (await answer.json<UploadedDocument>()).job_id;
}

/** Does something when the job reaches this effect, counted from 1; for each range: text, ledger, vectors, index. */
function atEffect(number: number, job: string, act: () => Promise<void> | never): void {
  let effects = 0;
  installProbe(async (border, subject) => {
    if (border !== "slice.effect" || subject !== job) return;
    effects += 1;
    if (effects === number) await act();
  });
}

const [LEDGER, VECTORS, INDEX] = [2, 3, 4];

describe("an ingestion", () => {
  it("gives every chunk a vector, which only the desk's own queries meet", async () => {
    const document = await processed(sections(45));
    const chunks = await chunkIds(account, document.id);
    expect(chunks).toHaveLength(45);
    expect(await chunksWithVectors(account)).toEqual(chunks);
    const platform = openPlatform(embeddingEnv, () => {});
    const found = await neighboursOf(platform, deskOf(account), "the volatility rule", platform.log);
    expect(found.map(({ id }) => id).sort()).toEqual(chunks);
    const other = await newAccount();
    expect(await neighboursOf(platform, deskOf(other), "the volatility rule", platform.log)).toEqual([]);
  });

  it.each([
    ["between the ledger and the vectors", LEDGER],
    ["between the vectors and the index", VECTORS],
    ["after the index", INDEX],
  ])("has a vector for each chunk, and no other, though it was killed %s", async (_, effect) => {
    const document = await uploadText(account, sections(25));
    atEffect(effect, document.job_id, () => {
      throw new Cut("slice.effect");
    });
    expect(await ended(document.job_id)).toMatchObject({ status: "succeeded" });
    expect(await chunksWithVectors(account)).toEqual(await chunkIds(account, document.id));
  });

  it("is tried again when the model fails", async () => {
    let failures = 0;
    const AI = new Proxy(testEnv.AI, {
      get: (target, name) => {
        if (name === "run" && failures === 0) {
          failures += 1;
          return () => Promise.reject(new Error("3040: Capacity temporarily exceeded"));
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const document = await uploadText(account, sections(3));
    expect(await ended(document.job_id, { ...embeddingEnv, AI })).toMatchObject({ status: "succeeded" });
    expect(failures).toBe(1);
    expect(await chunksWithVectors(account)).toHaveLength(3);
  });

  it("of a thousand passages keeps to the limits of the services, and so does the deletion of its document", async () => {
    const paragraph = (n: number) => `Paragraph ${n} ${"speaks of the drawdown of a book ".repeat(22)}.`;
    const text = Array.from({ length: 1_050 }, (_, n) => paragraph(n)).join("\n\n");
    const env = { ...embeddingEnv, JOB_SLICE_MS: "8000" };
    const document = await processed(text, env);
    const chunks = await chunkIds(account, document.id);
    expect(chunks.length).toBeGreaterThanOrEqual(1_000);
    expect(await chunksWithVectors(account)).toEqual(chunks);
    await call(`/v1/documents/${document.id}`, { method: "DELETE", token: account.access_token });
    await consumeAll(jobTypes, sent, env);
    expect(await chunksWithVectors(account)).toEqual([]);
  }, 90_000);

  it("does nothing of the kind where embeddings are switched off", async () => {
    const document = await processed(sections(3), testEnv);
    expect(await chunksWithVectors(account)).toEqual([]);
    expect(await ledgerOf(account, document.id)).toEqual([]);
  });
});

describe("a document's next run", () => {
  it("drops the vectors of chunks that are no more, and keeps the rest", async () => {
    const document = await processed(sections(25));
    const before = await chunkIds(account, document.id);
    const job = await reprocessAs(document, sections(22).replace("Rule number 3 ", "Rule number three "));
    expect(await ended(job)).toMatchObject({ status: "succeeded" });
    const after = await chunkIds(account, document.id);
    expect(after.filter((id) => before.includes(id))).toHaveLength(21);
    expect(await chunksWithVectors(account)).toEqual(after);
    expect((await ledgerOf(account, document.id)).every((key) => key.includes(`/vectors/${job}/`))).toBe(
      true,
    );
  });

  it("takes back its own vectors, and no shared ones, when it is cancelled", async () => {
    const document = await processed(sections(25));
    const chunks = await chunkIds(account, document.id);
    const job = await reprocessAs(document, sections(30).replace("Rule number 3 ", "Rule number three "));
    atEffect(VECTORS, job, async () => {
      expect((await chunksWithVectors(account)).length).toBeGreaterThan(chunks.length);
      await call(`/v1/jobs/${job}/cancel`, { method: "POST", token: account.access_token });
    });
    expect(await ended(job)).toMatchObject({ status: "cancelled" });
    expect(await chunkIds(account, document.id)).toEqual(chunks);
    expect(await chunksWithVectors(account)).toEqual(chunks);
  });
});

describe("a deletion", () => {
  const remove = async ({ id }: UploadedDocument) => {
    const answer = await call(`/v1/documents/${id}`, { method: "DELETE", token: account.access_token });
    expect(answer.status).toBe(204);
  };

  it("removes every vector of the document, and those of no other", async () => {
    const kept = await processed(sections(3, "momentum"));
    await remove(await processed(sections(25)));
    await consumeAll(jobTypes, sent, embeddingEnv);
    expect(await chunksWithVectors(account)).toEqual(await chunkIds(account, kept.id));
  });

  it("finds the vectors of an ingestion that was killed, and never went on", async () => {
    const document = await uploadText(account, sections(5));
    let made: string[] = [];
    atEffect(VECTORS, document.job_id, async () => {
      made = await chunksWithVectors(account);
      throw new Cut("slice.effect");
    });
    await consumeAll(jobTypes, sent, embeddingEnv);
    expect(made).toHaveLength(5);
    await remove(document);
    await consumeAll(jobTypes, sent, embeddingEnv);
    expect(await chunksWithVectors(account)).toEqual([]);
  });

  it.each([
    ["is about to make vectors", LEDGER],
    ["has just made vectors", VECTORS],
  ])("leaves nothing behind, though all of it is done while an ingestion %s", async (_, effect) => {
    const document = await uploadText(account, sections(25));
    atEffect(effect, document.job_id, async () => {
      await remove(document);
      for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
        await consume(jobTypes, next, embeddingEnv);
      }
      expect(await ledgerOf(account, document.id)).toEqual([]);
    });
    await ended(document.job_id);
    expect(await chunksWithVectors(account)).toEqual([]);
    expect(await ledgerOf(account, document.id)).toEqual([]);
  });
});

describe("a reindex", () => {
  const reindexed = async () => {
    const answer = await call("/v1/search/reindex", { method: "POST", token: account.access_token });
    expect(answer.status).toBe(202);
    return (await answer.json<{ id: string }>()).id;
  };

  it("gives vectors to a library that had none, and goes on in the middle of a document after a crash", async () => {
    const documents = [await processed(sections(65), testEnv), await processed(sections(5, "beta"), testEnv)];
    const chunks = await Promise.all(documents.map(({ id }) => chunkIds(account, id)));
    const job = await reindexed();
    atEffect(5, job, () => {
      throw new Cut("slice.effect");
    });
    expect(await ended(job)).toMatchObject({ status: "succeeded", result: { documents: 2, chunks: 70 } });
    expect(await chunksWithVectors(account)).toEqual(chunks.flat().sort());
  });

  it("leaves a ledger by which a deletion still finds every vector", async () => {
    const document = await processed(sections(25));
    expect(await ended(await reindexed())).toMatchObject({ status: "succeeded" });
    expect(await chunksWithVectors(account)).toEqual(await chunkIds(account, document.id));
    await call(`/v1/documents/${document.id}`, { method: "DELETE", token: account.access_token });
    await consumeAll(jobTypes, sent, embeddingEnv);
    expect(await chunksWithVectors(account)).toEqual([]);
  });
});
