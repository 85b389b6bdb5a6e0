import { Agent, request } from "node:http";
import type { BenchServer } from "./server.ts";

const CONNECTIONS = 8;
const WARM_UP_MS = 1_000;
const MEASURED_MS = 5_000;

export interface Call {
  name: string;
  method: "GET" | "POST";
  path: string;
  token?: string;
  body?: string;
}

export interface Figures {
  name: string;
  per_second: number;
  per_cpu_second: number;
  p50_ms: number;
  p99_ms: number;
  /** The Bourse-Cost header that most answers had. */
  cost: string;
}

interface Answer {
  ms: number;
  cost: string;
  text: string;
}

function send(agent: Agent, url: string, { body, method, path, token }: Call): Promise<Answer> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
  };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, url).href, { agent, method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode !== 200)
          return reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        resolve({
          ms: performance.now() - started,
          cost: String(answer.headers["bourse-cost"] ?? "none"),
          text,
        });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** One call, for what it answers and costs. */
export async function sendOnce(url: string, call: Call): Promise<Answer> {
  const agent = new Agent();
  try {
    return await send(agent, url, call);
  } finally {
    agent.destroy();
  }
}

async function sendFor(agent: Agent, url: string, call: Call, duration_ms: number): Promise<Answer[]> {
  const ends_at = performance.now() + duration_ms;
  const answers: Answer[] = [];
  const one = async () => {
    while (performance.now() < ends_at) {
      const { cost, ms } = await send(agent, url, call);
      answers.push({ ms, cost, text: "" });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return answers;
}

/** Sends the call over a few kept connections for some seconds, after a warm-up, and sets it against workerd's CPU. */
export async function measure(server: BenchServer, call: Call): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    await sendFor(agent, server.url, call, WARM_UP_MS);
    const cpu = server.cpuSeconds();
    const started = performance.now();
    const answers = await sendFor(agent, server.url, call, MEASURED_MS);
    const seconds = (performance.now() - started) / 1000;
    const times = answers.map(({ ms }) => ms).sort((one, other) => one - other);
    const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
    return {
      name: call.name,
      per_second: answers.length / seconds,
      per_cpu_second: answers.length / (server.cpuSeconds() - cpu),
      p50_ms: at(0.5),
      p99_ms: at(0.99),
      cost: mostCommon(answers.map(({ cost }) => cost)),
    };
  } finally {
    agent.destroy();
  }
}

function mostCommon(values: string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "none";
}

export function table(figures: Figures[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const head = `${"".padEnd(width)}   req/s  req/CPU s  p50 ms  p99 ms  operations of one request`;
  const lines = figures.map(({ cost, name, p50_ms, p99_ms, per_cpu_second, per_second }) =>
    [
      name.padEnd(width),
      per_second.toFixed(0).padStart(6),
      per_cpu_second.toFixed(0).padStart(9),
      p50_ms.toFixed(1).padStart(6),
      p99_ms.toFixed(1).padStart(6),
      cost,
    ].join("  "),
  );
  return [head, ...lines].join("\n");
}
