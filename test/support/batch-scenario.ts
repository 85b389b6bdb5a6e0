import { type BatchAnswer, batchWhen, isOver, newBatch, queries, steered } from "./batches.ts";
import { call } from "./desk.ts";
import { newFile } from "./files.ts";

interface Scenario {
  token: string;
  size: number;
  /** What breaks things from now on, and what ends that. */
  storm(): void | Promise<void>;
  calm(): void | Promise<void>;
  /** What goes on besides, as timers do. */
  meanwhile(): Promise<void>;
  /** How long each part may take. */
  patience_ms?: number;
}

const FAILING_EVERY = 14;

/**
 * A batch of any size of which 7 % fail: started (from a file where it is large), paused, resumed into a storm, brought
 * to its end, its failed items retried. It throws where an item is lost, done twice or counted wrongly, and talks to the
 * product by its API alone.
 */
export async function batchScenario({
  calm,
  meanwhile,
  patience_ms = 120_000,
  size,
  storm,
  token,
}: Scenario) {
  const when = (id: string, isSo: (batch: BatchAnswer) => boolean) =>
    batchWhen(token, id, isSo, patience_ms, meanwhile);
  const failing = Math.ceil(size / FAILING_EVERY);
  const { id } = await newBatch(token, { ...(await manyItems(token, size)), concurrency: 10 });
  await when(id, ({ succeeded }) => succeeded >= size / 5);
  await steered(token, id, "pause");
  const held = await when(id, ({ job, running }) => job.status === "paused" && running === 0);
  if (held.queued === 0) throw new Error("the batch was over before it was paused");
  await storm();
  await steered(token, id, "resume");
  await when(id, ({ queued }) => queued < held.queued / 3);
  await calm();
  checkEnd(await when(id, isOver), { failed: failing, succeeded: size - failing });
  const once = await attemptsByApi(token, id);
  if (once.size !== size) throw new Error(`${once.size} items of ${size}`);
  if ([...once.values()].some((attempts) => attempts !== 1)) throw new Error("an item was done twice");
  await steered(token, id, "retry-failed");
  checkEnd(await when(id, isOver), { failed: failing, succeeded: size - failing });
  const twice = [...(await attemptsByApi(token, id)).values()].filter((attempts) => attempts === 2);
  if (twice.length !== failing) throw new Error(`${twice.length} items were retried, of ${failing}`);
}

/** In a body where that takes them, else in a file. */
async function manyItems(token: string, size: number): Promise<object> {
  const items = queries(size).map((item, n) =>
    n % FAILING_EVERY === 0 ? { ...item, mode: "vector", intent: "exact" } : item,
  );
  if (size <= 1_000) return { items };
  const rows = items.map((item) => `${item.query},${"mode" in item ? `${item.mode},${item.intent}` : ","}`);
  return { items: undefined, file_id: (await newFile(token, ["query,mode,intent", ...rows].join("\n"))).id };
}

function checkEnd(batch: BatchAnswer, wanted: { failed: number; succeeded: number }): void {
  const { cancelled, failed, status, succeeded, total } = batch;
  const isRight = failed === wanted.failed && succeeded === wanted.succeeded && cancelled === 0;
  if (status === "succeeded" && isRight && total === failed + succeeded) return;
  throw new Error(
    `${JSON.stringify({ status, total, succeeded, failed, cancelled })}, not ${JSON.stringify(wanted)}`,
  );
}

/** How often each item was begun, by its index. */
async function attemptsByApi(token: string, id: string): Promise<Map<number, number>> {
  const attempts = new Map<number, number>();
  for (let path: string | undefined = `/v1/batches/${id}/items?limit=100`; path !== undefined; ) {
    const answer: Response = await call(path, { token });
    const { data } = await answer.json<{ data: { index: number; attempts: number }[] }>();
    for (const item of data) attempts.set(item.index, item.attempts);
    path = /^<(\/[^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return attempts;
}
