import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { type BenchServer, withWorker } from "./server.ts";

const ONE_BY_ONE = 100;
const AT_ONCE = 500;
const CLIENTS = 16;

const made = z.object({ id: z.string() });
const cost = z.record(z.string(), z.number());
const handled = z.object({ message: z.literal("messages handled"), queue: z.string(), cost });
const ended = z.object({ message: z.literal("job ended"), type: z.string(), cost });
type Cost = z.infer<typeof cost>;

/** A job with nothing to do: a bulk action on a job that is not there. */
const EMPTY_JOB = JSON.stringify({ action: "resume", ids: ["job_00000000000000000000000000000000"] });

async function newClient(server: BenchServer): Promise<{ client: Client; token: string }> {
  const client = new Client(server.url);
  const account = newAccount();
  await client.register(account);
  return { client, token: await client.logIn(account) };
}

async function askForJob(client: Client): Promise<{ id: string; cost: Cost }> {
  const answer = await client.call("POST", "/v1/jobs/bulk", EMPTY_JOB);
  const used = (answer.headers.get("bourse-cost") ?? "").matchAll(/(\w+)=(\d+)/g);
  const { id } = made.parse(await answer.json());
  return { id, cost: Object.fromEntries([...used].map(([, name, count]) => [name, Number(count)])) };
}

/** Reads the job's event stream until the server ends it, which it does after the final event. */
async function watchToEnd({ url }: BenchServer, token: string, job: string): Promise<void> {
  const answer = await fetch(`${url}/v1/jobs/${job}/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  if (!/"status":"succeeded"/.test(text)) throw new Error(`no good end: ${text}`);
}

async function latencies(server: BenchServer): Promise<number[]> {
  const { client, token } = await newClient(server);
  const times: number[] = [];
  for (let n = 0; n < ONE_BY_ONE; n += 1) {
    const started = performance.now();
    const { id } = await askForJob(client);
    await watchToEnd(server, token, id);
    times.push(performance.now() - started);
  }
  return times.sort((one, other) => one - other);
}

/** Jobs per second of wall and of CPU, when many are asked for at once by a few clients. */
async function throughput(
  server: BenchServer,
): Promise<{ asked: number; done: number; per_cpu_second: number }> {
  const { client } = await newClient(server);
  const db = await server.miniflare.getD1Database("DB");
  const cpu = server.cpuSeconds();
  const started = performance.now();
  let left = AT_ONCE;
  const ask = async () => {
    while (left-- > 0) await askForJob(client);
  };
  await Promise.all(Array.from({ length: CLIENTS }, ask));
  const asked_s = (performance.now() - started) / 1_000;
  const open = () =>
    db.prepare("SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL").first<number>("n");
  while ((await open()) !== 0) await pause(20);
  const done_s = (performance.now() - started) / 1_000;
  return {
    asked: AT_ONCE / asked_s,
    done: AT_ONCE / done_s,
    per_cpu_second: AT_ONCE / (server.cpuSeconds() - cpu),
  };
}

function sum(costs: Cost[]): Cost {
  const total: Cost = {};
  for (const one of costs) for (const [name, n] of Object.entries(one)) total[name] = (total[name] ?? 0) + n;
  return total;
}

const perJob = (costs: Cost[], jobs: number): string =>
  Object.entries(sum(costs))
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${(n / jobs).toFixed(1)}`)
    .join(", ");

await runMain(async () => {
  const logged: unknown[] = [];
  const onLog = (line: string) => {
    if (line.startsWith("{")) logged.push(JSON.parse(line));
  };
  await withWorker({ onLog }, async (server) => {
    const times = await latencies(server);
    const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? Number.NaN).toFixed(1);
    console.log(`An empty job, POST to final event, one by one: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
    const from = logged.length;
    const { asked, done, per_cpu_second } = await throughput(server);
    console.log(
      `${AT_ONCE} of them by ${CLIENTS} clients at once: ${asked.toFixed(0)} taken a second, ${done.toFixed(0)} done a second, ${per_cpu_second.toFixed(0)} per CPU second`,
    );
    await pause(1_000); // the last lines of the log
    const lines = logged.slice(from);
    const costsOf = (shape: z.ZodType<{ cost: Cost }>) =>
      lines.flatMap((line) => {
        const parsed = shape.safeParse(line);
        return parsed.success ? [parsed.data.cost] : [];
      });
    const jobMessages = handled.refine(({ queue }) => queue.startsWith("jobs-"));
    const { client } = await newClient(server);
    await askForJob(client); // the first call of a caller also gets to know them
    console.log("Operations of one job:");
    console.log(`  the request   ${perJob([(await askForJob(client)).cost], 1)}`);
    console.log(`  the consumer  ${perJob(costsOf(jobMessages), AT_ONCE)}`);
    console.log(`  its room      ${perJob(costsOf(ended), AT_ONCE)}`);
  });
});
