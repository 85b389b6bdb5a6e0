import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { buildAssets } from "../scripts/build-assets.ts";
import { runQuietly } from "../scripts/process-group.ts";
import { DIST, inProject, installed } from "../scripts/project.ts";
import { newSecrets } from "../scripts/secrets.ts";
import { IsolateMemory } from "./isolate-memory.ts";
import { cpuSecondsOf, type Memory, memoryOf, resetPeakOf, workerdChildren } from "./process-stats.ts";

const HOST = "127.0.0.1";
const NAME = "bourse";

/** What V8 may take of an isolate's 128 MB, buffers outside its heap aside. */
export const HEAP_MB = 110;

/** The Worker in workerd, without the proxy of `wrangler dev` before it. */
export interface BenchServer {
  /** Straight into the Worker: what is measured. */
  url: string;
  /** Through the static assets, as a browser comes in. */
  site: string;
  miniflare: Miniflare;
  cpuSeconds: () => number;
  memory: () => Memory;
  isolate: IsolateMemory;
  /** Lets `peak_bytes` begin anew. */
  resetPeak: () => void;
  stop: () => Promise<void>;
}

export interface BenchOptions {
  /** The module of another Worker with the same bindings, as a path in the project. */
  entry?: string;
  vars?: Record<string, string>;
  /** A cap on V8's heap, as 128 MB of isolate leave it; the local runtime has none of its own. */
  max_heap_mb?: number;
  /** A folder that keeps what the Worker keeps, for a Worker after it; its own and gone with it unless given. */
  data?: string;
  /** Is given every line that the Worker logs. */
  onLog?: (line: string) => void;
}

const ENTRY = "src/worker.ts";

/** Bundles the Worker as a deployment would; answers the folder. */
async function bundle(entry: string): Promise<string> {
  await buildAssets();
  const outdir = join(DIST, "bench", entry.replaceAll("/", "-"));
  await runQuietly(installed("wrangler"), ["deploy", entry, "--dry-run", "--env=", "--outdir", outdir]);
  return outdir;
}

const MODULE_TYPES = [
  [".js", "ESModule"],
  [".wasm", "CompiledWasm"],
] as const;

/** The modules of the bundle, its entry first. */
async function modulesOf(folder: string, entry: string) {
  const main = `${basename(entry, ".ts")}.js`;
  const others = (await readdir(folder)).filter((file) => file !== main);
  const modules = [main, ...others].map(async (file) => {
    const type = MODULE_TYPES.find(([ending]) => file.endsWith(ending))?.[1];
    const path = join(folder, file);
    return type === undefined ? [] : [{ type, path, contents: new Uint8Array(await readFile(path)) }];
  });
  return (await Promise.all(modules)).flat();
}

/** What wrangler.toml binds, with secrets of this run and nothing kept after it. */
async function optionsOf(
  folder: string,
  data: string,
  { entry = ENTRY, onLog, vars = {} }: BenchOptions,
): Promise<MiniflareOptions> {
  process.env.WRANGLER_LOG = "error";
  const { modulesRules: _, ...workerOptions } = unstable_getMiniflareWorkerOptions(
    inProject("wrangler.toml"),
  ).workerOptions;
  return convertV4MiniflareOptions({
    ...workerOptions,
    name: NAME,
    host: HOST,
    port: 0,
    inspectorPort: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    logRequests: false,
    handleStructuredLogs: ({ level, message }) => {
      onLog?.(message);
      if (level === "error") console.error(message);
    },
    resourcePersistencePath: data,
    rootPath: folder,
    modulesRoot: folder,
    modules: await modulesOf(folder, entry),
    bindings: { ...Object(workerOptions.bindings), ...newSecrets(), ...vars },
    unsafeDirectSockets: [{ host: HOST, port: 0 }],
  });
}

async function migrate(miniflare: Miniflare): Promise<void> {
  const db = await miniflare.getD1Database("DB");
  const folder = inProject("migrations");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort()) {
    const statements = unstable_splitSqlQuery(await readFile(join(folder, file), "utf8"));
    await db.batch(statements.map((sql) => db.prepare(sql)));
  }
}

export async function startWorker(options: BenchOptions = {}): Promise<BenchServer> {
  const { entry = ENTRY, max_heap_mb } = options;
  const folder = await bundle(entry);
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "bourse-bench-")));
  if (max_heap_mb !== undefined) process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${max_heap_mb}`;
  const isFresh = (await readdir(data)).length === 0;
  const before = new Set(workerdChildren());
  const miniflare = new Miniflare(await optionsOf(folder, data, options));
  const stop = async () => {
    await miniflare.dispose();
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
  };
  try {
    const site = await miniflare.ready;
    const pid = workerdChildren().find((child) => !before.has(child));
    if (pid === undefined) throw new Error("Miniflare started no workerd.");
    if (isFresh) await migrate(miniflare);
    const direct = await miniflare.unsafeGetDirectURL(NAME);
    const isolate = await IsolateMemory.open(await miniflare.getInspectorURL(), NAME);
    return {
      url: direct.origin,
      site: site.origin,
      miniflare,
      isolate,
      cpuSeconds: () => cpuSecondsOf(pid),
      memory: () => memoryOf(pid),
      resetPeak: () => resetPeakOf(pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a measurement against a Worker of its own, which ends with it. */
export async function withWorker(
  options: BenchOptions,
  work: (server: BenchServer) => Promise<void>,
): Promise<void> {
  const server = await startWorker(options);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
