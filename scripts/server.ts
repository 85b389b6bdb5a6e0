import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildAssets } from "./build-assets.ts";
import { ProcessGroup, runQuietly } from "./process-group.ts";
import { installed } from "./project.ts";
import { ensureLocalSecrets } from "./secrets.ts";

const HOST = "127.0.0.1";
const START_MS = 120_000;

export interface Server {
  url: string;
  process: ProcessGroup;
  stop: () => Promise<void>;
}

export interface ServerOptions {
  port: number;
  /** Where the local bindings keep their data; without it, the project's own `.wrangler`. */
  persist_to?: string;
  say?: (step: string) => void;
}

/** Whether a server at this address says that it is ready. */
export async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/** Asks the system for the port, or for any free one (0). Undefined if somebody else has it. */
export async function claimPort(wanted: number): Promise<number | undefined> {
  const probe = createServer();
  return await new Promise((resolve, reject) => {
    probe.once("error", (error) => {
      if ("code" in error && error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    probe.listen(wanted, HOST, () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });
}

/** Does all that a fresh clone needs, starts `wrangler dev` and answers once the Worker is ready. */
export async function startServer({ port, persist_to, say = () => {} }: ServerOptions): Promise<Server> {
  say("Building the static pages");
  await buildAssets();
  if ((await ensureLocalSecrets()) === "made") say("Made local secrets in .dev.vars");
  say("Migrating the local database");
  const persist = persist_to === undefined ? [] : ["--persist-to", persist_to];
  await runQuietly(installed("wrangler"), ["d1", "migrations", "apply", "bourse", "--local", ...persist], {
    CI: "1",
  });
  say("Starting the Worker");
  const url = `http://${HOST}:${port}`;
  const server = new ProcessGroup(installed("wrangler"), [...devArguments(port, url), ...persist], {
    CI: "1",
  });
  await ready(url, server);
  return { url, process: server, stop: () => server.stop() };
}

/** Starts a server of its own on a free port; its data goes when it stops. */
export async function startTemporaryServer(say?: (step: string) => void): Promise<Server> {
  const port = await claimPort(0);
  if (port === undefined) throw new Error("There is no free port on this machine.");
  const persist_to = await mkdtemp(join(tmpdir(), "bourse-"));
  const forget = () => rm(persist_to, { recursive: true, force: true });
  try {
    const server = await startServer({ port, persist_to, ...(say ? { say } : {}) });
    return { ...server, stop: () => server.stop().finally(forget) };
  } catch (error) {
    await forget();
    throw error;
  }
}

function devArguments(port: number, url: string): string[] {
  const origins = `${url},http://localhost:${port}`;
  return [
    "dev",
    ...["--ip", HOST, "--port", String(port), "--inspector-port", "0"],
    ...["--var", `PUBLIC_ORIGIN:${url}`, "--var", `ALLOWED_ORIGINS:${origins}`],
    "--show-interactive-dev-session=false",
  ];
}

async function ready(url: string, server: ProcessGroup): Promise<void> {
  const give_up_at = Date.now() + START_MS;
  while (!(await isReady(url))) {
    if (server.running && Date.now() < give_up_at) {
      await pause(250);
      continue;
    }
    const why = server.running ? `was not ready after ${START_MS / 1000} s` : "ended at once";
    await server.stop();
    throw new Error(`The Worker ${why}. The last it said:\n${server.lastWords}`);
  }
}

const PARENT_CHECKED_EVERY_MS = 1_000;

/** Runs `stop` at the first Ctrl-C and ends; a second one does not wait. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (code: number) => {
    if (stopping) process.exit(code);
    stopping = true;
    void stop().finally(() => process.exit(code));
  };
  process.on("SIGINT", () => end(130));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(143));
  // npm passes a signal on to a shell that keeps it to itself, so the end of that shell has to do.
  const parent = process.ppid;
  const orphaned = () => {
    if (process.ppid !== parent && !stopping) end(143);
  };
  if (process.env.npm_lifecycle_event !== undefined) setInterval(orphaned, PARENT_CHECKED_EVERY_MS).unref();
}
