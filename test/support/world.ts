import { batchOver, newBatch, queries } from "./batches.ts";
import { keepRunMessage } from "./dead-letters.ts";
import { type Account, call, newAccount, processed, type UploadedDocument, upload } from "./desk.ts";
import { testEnv } from "./env.ts";
import { newFile } from "./files.ts";
import { invite, makeKey, newColleague } from "./members.ts";
import { writeNotice } from "./notifications.ts";
import { type Operation, pathParameters } from "./operations.ts";
import { newBacktest, newDataset, newExperiment, newOptimization } from "./strategies.ts";
import { makeWebhook, writeDelivered } from "./webhooks.ts";

/** A desk with one of each resource. Every desk has the same content, so that only ids tell them apart. */
export interface Desk extends Account {
  document: UploadedDocument;
  chunk_id: string;
  job_id: string;
  dead_letter_id: string;
  member_id: string;
  invitation_id: string;
  key_id: string;
  webhook_id: string;
  delivery_id: string;
  file_id: string;
  batch_id: string;
  dataset_id: string;
  backtest_id: string;
  optimization_id: string;
  experiment_id: string;
  notification_id: string;
}

/** Long enough for several chunks, the same on every desk. */
export const MIRRORED_TEXT = Array.from(
  { length: 4 },
  (_, n) =>
    `# Rule ${n + 1}\n\n${`Buy the breakout of a quiet range, rule ${n + 1}, and cut the loss early. `.repeat(40)}\n`,
).join("\n");

/** Runs of the engine take a second of a busy machine, which desks that nobody asks for one can do without. */
export async function newDesk(role?: string, { hasRuns = true } = {}): Promise<Desk> {
  const account = await newAccount(role);
  const { access_token: token } = account;
  const uploaded = await (await upload(token, MIRRORED_TEXT, "rules.md")).json<UploadedDocument>();
  const document = await processed(token, uploaded.id);
  if (document.status !== "completed") throw new Error(`sample document: ${JSON.stringify(document)}`);
  // Of what no test of the contract makes happen, so that nobody is told of anything by chance.
  const webhook = await makeWebhook(account, { events: ["pnl.daily"] });
  const dataset_id = (await newDataset(token, { bars: 45 })).id;
  return {
    ...account,
    document,
    dataset_id,
    ...(hasRuns ? await newRuns(token, dataset_id) : NO_RUNS),
    chunk_id: await firstChunk(token, document.id),
    job_id: document.job_id,
    dead_letter_id: await keepRunMessage(account.desk_id, document.job_id),
    member_id: await newColleague(account.desk_id, "viewer"),
    invitation_id: (await invite(account)).id,
    key_id: (await makeKey(account)).id,
    webhook_id: webhook.id,
    delivery_id: await writeDelivered(account, webhook),
    file_id: (await newFile(token)).id,
    batch_id: await endedBatch(token),
    notification_id: await writeNotice(account),
  };
}

const NO_RUNS = { backtest_id: "", optimization_id: "", experiment_id: "" };

async function newRuns(token: string, dataset_id: string) {
  const [backtest_id, optimization_id, experiment_id] = await Promise.all([
    newBacktest(token, dataset_id, { parameters: { fast: 3, slow: 10 } }),
    newOptimization(token, dataset_id),
    newExperiment(token, dataset_id),
  ]);
  return { backtest_id, optimization_id, experiment_id };
}

async function firstChunk(token: string, document: string): Promise<string> {
  const answer = await call(`/v1/documents/${document}/chunks?limit=1`, { token });
  const [chunk] = (await answer.json<{ data: { id: string }[] }>()).data;
  if (chunk === undefined) throw new Error("the sample document has no chunk");
  return chunk.id;
}

async function endedBatch(token: string): Promise<string> {
  const { id } = await newBatch(token, { items: queries(3) });
  await batchOver(token, id);
  return id;
}

/** A job that nobody works on, as a mutation leaves it before its message is sent. */
export async function newQueuedJob({ desk_id, user_id }: Account): Promise<string> {
  const id = unknownId("job");
  const progress = JSON.stringify({ phase: "queued", fraction: 0, message: "", counters: {} });
  await testEnv.DB.prepare(
    `INSERT INTO jobs (id, desk_id, type, priority, input, progress, created_by, created_at, updated_at)
     VALUES (?, ?, 'library.purge', 'low', '{}', ?, ?, ?, ?)`,
  )
    .bind(id, desk_id, progress, user_id, Date.now(), Date.now())
    .run();
  return id;
}

export const unknownId = (prefix: string): string => `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;

type Provide = (desk: Desk) => Record<string, string>;

/**
 * Where the ids in a path come from, keyed by the path that names them; routes below it use the same. A route whose
 * parameters are not all in here fails the tests that are made from the contract.
 */
const PROVIDERS: Record<string, Provide> = {
  "/v1/admin/users/{id}": ({ user_id }) => ({ id: user_id }),
  "/v1/api-keys/{id}": ({ key_id }) => ({ id: key_id }),
  "/v1/backtests/{id}": ({ backtest_id }) => ({ id: backtest_id }),
  "/v1/experiments/{id}": ({ experiment_id }) => ({ id: experiment_id }),
  "/v1/optimizations/{id}": ({ optimization_id }) => ({ id: optimization_id }),
  "/v1/datasets/{id}": ({ dataset_id }) => ({ id: dataset_id }),
  "/v1/strategies/{name}": () => ({ name: "sma_cross" }),
  "/v1/batches/{id}": ({ batch_id }) => ({ id: batch_id }),
  "/v1/desks/{id}": ({ desk_id }) => ({ id: desk_id }),
  "/v1/desks/{id}/members/{user_id}": ({ desk_id, member_id }) => ({ id: desk_id, user_id: member_id }),
  "/v1/desks/{id}/invitations/{invitation_id}": ({ desk_id, invitation_id }) => ({
    id: desk_id,
    invitation_id,
  }),
  "/v1/documents/{id}": ({ document }) => ({ id: document.id }),
  "/v1/files/{id}": ({ file_id }) => ({ id: file_id }),
  "/v1/jobs/{id}": ({ job_id }) => ({ id: job_id }),
  "/v1/jobs/dead-letters/{id}": ({ dead_letter_id }) => ({ id: dead_letter_id }),
  "/v1/notifications/{id}": ({ notification_id }) => ({ id: notification_id }),
  "/v1/search/similar/{chunk_id}": ({ chunk_id }) => ({ chunk_id }),
  "/v1/me/sessions/{id}": ({ session_id }) => ({ id: session_id }),
  "/v1/webhooks/{id}": ({ delivery_id, webhook_id }) => ({ id: webhook_id, delivery_id }),
};

/** The desk's own values for a path's parameters. */
export function ownParameters({ name, path }: Operation, desk: Desk): Record<string, string> {
  const prefix = Object.keys(PROVIDERS)
    .filter((key) => path === key || path.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0];
  const provided = prefix === undefined ? {} : (PROVIDERS[prefix]?.(desk) ?? {});
  const missing = pathParameters(path).filter((parameter) => provided[parameter] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `${name} has no provider for {${missing.join("}, {")}}: make the resource in newDesk() and name its path in ` +
        "PROVIDERS, both in test/support/world.ts",
    );
  }
  return provided;
}

/** The same parameters on the caller's own desk, where the path names one: what is below it stays as it was. */
export const onDeskOf = (
  { path }: Operation,
  { desk_id }: Pick<Account, "desk_id">,
  values: Record<string, string>,
): Record<string, string> => (path.startsWith("/v1/desks/{id}") ? { ...values, id: desk_id } : values);

export function fillPath(path: string, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? `{${name}}`));
}

/** The same parameters with ids of the right form that nobody has. */
export function unknownParameters(own: Record<string, string>): Record<string, string> {
  return mapValues(own, (value) => unknownId(value.split("_", 1)[0] ?? ""));
}

/** The catalogue of strategies is in the code, and the same for every desk. */
export const isOfEverybody = ({ path }: Operation): boolean => path.startsWith("/v1/strategies");

/** Values that are no id at all. */
export const MALFORMED = [
  "x",
  "doc_",
  "doc_019A3B5C7D8E7F00A1B2C3D4E5F60718",
  "' OR 1=1 --",
  "%00",
  "é".repeat(200),
];

export function malformedParameters(own: Record<string, string>, value: string): Record<string, string> {
  return mapValues(own, () => value);
}

function mapValues(of: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}
