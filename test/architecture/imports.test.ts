import { describe, expect, it } from "vitest";
import { sources } from "../support/sources.ts";
import {
  circlesOfFiles,
  circlesOfParts,
  codeOf,
  importsOf,
  partOf,
  type Sources,
  upwardImports,
} from "./graph.ts";

const files = Object.entries(sources);
const imports = importsOf(sources);
const isStore = (path: string) => /(^|[/-])store\.ts$/.test(path);
/** Folders about the SQLite of one object. */
const isObjectStorage = (path: string) => /^modules\/search\/(index|journal)\//.test(path);
const isPure = (path: string) =>
  /(^|[/-])(policy|query|chunk|permissions)\.ts$|\/formats\/[^/]+\.ts$/.test(path) ||
  /^modules\/search\/(text|ranking|vectors)\//.test(path) ||
  /^modules\/strategies\/(bars|indicators|engine|statistics|language|catalogue|optimise|overfitting|pine|report)\//.test(
    path,
  ) ||
  /^modules\/audit\/(canonical|heads|verifier|export-format|verify-export)\.ts$/.test(path);

/** Paths of the files whose code has the pattern. */
const filesWith = (pattern: RegExp, among = files) =>
  among.filter(([, text]) => pattern.test(codeOf(text))).map(([path]) => path);

/**
 * Stores that serve other modules: `jobs`, `events` and `delivery` offer statements for the caller's own batch, and `jobs` what
 * a job's state is; the directory is nothing but stores, and what is known of callers. All other SQL is its module's own.
 */
const isOffered = (path: string) =>
  path === "modules/jobs/store.ts" ||
  path === "modules/delivery/store.ts" ||
  path === "modules/events/store.ts" ||
  path.startsWith("modules/directory/");

/** SQL outside stores: a table's statement offered to all, a probe of readiness, and the objects' own SQLite. */
const OTHER_SQL = [
  "modules/access/quota-record.ts",
  "modules/audit/record.ts",
  "modules/feeds/feed-record.ts",
  "modules/feeds/subscription-record.ts",
  "modules/jobs/room-record.ts",
  "modules/jobs/turnstile-record.ts",
  "modules/live/event-log.ts",
  "modules/operations/health.ts",
  "platform/database.ts",
];

describe("imports", () => {
  it("are seen: every file of the product is in the test", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(imports.length).toBeGreaterThan(300);
  });

  it("point down: worker → app → modules → http, platform", () => {
    expect(upwardImports(sources)).toEqual([]);
  });

  it("make no circle between files", () => {
    expect(circlesOfFiles(sources)).toEqual([]);
  });

  it("make no circle between modules", () => {
    expect(circlesOfParts(sources)).toEqual([]);
  });

  it("name no index file, so that every import says what it is of", () => {
    expect(files.map(([path]) => path).filter((path) => /(^|\/)index\.ts$/.test(path))).toEqual([]);
  });

  it("of tables are made by stores alone", () => {
    const wrong = imports.filter(({ from, to }) => /(^|\/)tables\.ts$/.test(to) && !isStore(from));
    expect(wrong).toEqual([]);
  });

  it("of another module's store are made only where it is offered", () => {
    const foreign = imports.filter(
      ({ from, to }) => isStore(to) && partOf(from) !== partOf(to) && to.startsWith("modules/"),
    );
    expect(foreign.filter(({ to }) => !isOffered(to))).toEqual([]);
  });

  it("of routes are made by the app, so that no feature calls another over its own HTTP layer", () => {
    const wrong = imports.filter(
      ({ from, to }) => /routes?\.ts$/.test(to) && from !== "app.ts" && partOf(from) !== partOf(to),
    );
    expect(wrong).toEqual([]);
  });

  it("of bindings are made by Durable Objects alone; the rest is passed its platform", () => {
    const of = imports.filter(({ to }) => to.startsWith("cloudflare:")).map(({ from }) => from);
    const withoutObject = of.filter((path) => !/extends DurableObject</.test(sources[path] ?? ""));
    expect(withoutObject).toEqual([]);
  });

  it("of the HTTP framework are kept out of use cases, stores and pure code", () => {
    const wrong = imports.filter(({ to }) => to === "hono" || to.startsWith("hono/"));
    expect(wrong.filter(({ from }) => from !== "app.ts" && partOf(from) !== "http")).toEqual([]);
  });
});

describe("SQL", () => {
  const SQL = /\bsql`|\bsql\.exec\(|\.prepare\(/;

  it("stands in stores, and in the few places that are named here", () => {
    expect(
      filesWith(SQL)
        .filter((path) => !isStore(path) && !isObjectStorage(path))
        .sort(),
    ).toEqual(OTHER_SQL);
    const builders = imports.filter(({ to }) => to.startsWith("drizzle-orm")).map(({ from }) => from);
    const wrong = builders.filter(
      (path) => !isStore(path) && !path.endsWith("tables.ts") && !OTHER_SQL.includes(path),
    );
    expect(wrong).toEqual([]);
  });

  it("never holds a value that was put into its text", () => {
    // `sql.raw` takes text as it is; the one use is the direction of a sort, chosen from two words.
    const raw = files.flatMap(([, text]) => codeOf(text).match(/sql\.raw\([^)]*\)/g) ?? []);
    expect(raw.filter((use) => !/^sql\.raw\(down \? "" : ""\)$/.test(use))).toEqual([]);
  });
});

describe("pure files", () => {
  const pure = files.filter(([path]) => isPure(path));
  /** What is a value or a type and does nothing. */
  const HARMLESS = new Set(["platform/clock.ts", "platform/ids.ts", "modules/search/index/types.ts"]);

  it("import nothing of the platform", () => {
    const wrong = imports.filter(
      ({ from, to }) => isPure(from) && to in sources && !isPure(to) && !HARMLESS.has(to),
    );
    expect(wrong).toEqual([]);
  });

  it("have no clock, chance, network or binding of their own", () => {
    const effects =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|\bfetch\(|\bcrypto\.(subtle|random|get)|\benv\.[A-Z]/;
    expect(filesWith(effects, pure)).toEqual([]);
  });

  it("that are policy never wait", () => {
    const policies = pure.filter(([path]) => /(policy|query|permissions|chunk)\.ts$/.test(path));
    expect(policies.length).toBeGreaterThanOrEqual(4);
    expect(filesWith(/\bawait\b|\basync\b|\bPromise\b/, policies)).toEqual([]);
  });
});

describe("every file", () => {
  it("is short enough to be read", () => {
    const long = files.filter(([, text]) => text.split("\n").length > 320).map(([path]) => path);
    expect(long).toEqual([]);
  });

  it("is named in kebab-case", () => {
    expect(files.map(([path]) => path).filter((path) => !/^[a-z0-9/-]+(\.d)?\.ts$/.test(path))).toEqual([]);
  });

  it("knows its types and leaves nothing undone", () => {
    expect(filesWith(/(?:[:<|&,(]|\bas)\s*any\b(?!\s*:)/)).toEqual([]);
    expect(filesWith(/\bas\s+unknown\s+as\b/)).toEqual([]);
    expect(
      files.filter(([, text]) => /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck|expect-error)/.test(text)),
    ).toEqual([]);
  });

  it("takes the time from the platform's clock", () => {
    const own = filesWith(/\bDate\.now\(|new Date\(\)/).sort();
    expect(own).toEqual(["platform/clock.ts"]);
  });

  it("logs through the platform, so that secrets are cut out", () => {
    const direct = filesWith(/\bconsole\.\w+\(/).sort();
    expect(direct).toEqual(["platform/log.ts"]);
  });

  it("compiles no code from text, which Workers refuse", () => {
    expect(filesWith(/\beval\(|new Function\(|WebAssembly\.compile|new WebAssembly\.Module\(/)).toEqual([]);
  });
});

describe("these rules", () => {
  const broken: Sources = {
    "worker.ts": 'import { app } from "./app.ts";',
    "app.ts": 'import { a } from "./modules/a/routes.ts";',
    "modules/a/routes.ts": 'import { b } from "../b/use.ts";',
    "modules/b/use.ts": 'import {\n  c,\n} from "../a/policy.ts";\nimport type { App } from "../../app.ts";',
    "modules/a/policy.ts": "",
    "platform/clock.ts": 'export { limits } from "../http/limits.ts";',
    "http/limits.ts": "",
    "helpers/misc.ts": "",
  };

  it("see an import that points up, over several lines, as a type or as a re-export", () => {
    expect(upwardImports(broken)).toEqual([
      "helpers/misc.ts stands in no layer",
      "modules/b/use.ts imports app.ts",
      "platform/clock.ts imports http/limits.ts",
    ]);
  });

  it("see circles between files and between modules", () => {
    expect(circlesOfFiles(broken)).toEqual(["app.ts → modules/a/routes.ts → modules/b/use.ts → app.ts"]);
    expect(circlesOfParts(broken)).toContain("modules/a → modules/b → modules/a");
  });

  it("read code and not what is said about it", () => {
    expect(codeOf('const a = "TODO any"; // any\n/* eval( */ b();')).not.toMatch(/any|eval/);
    expect(codeOf('const url = "https://x"; const c = 1;')).toContain("const c = 1");
  });
});
