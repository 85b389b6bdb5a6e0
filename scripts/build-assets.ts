import { createHash } from "node:crypto";
import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { DIST, inProject, makeFolder, runMain, textOf } from "./project.ts";

const PAGES = inProject("scripts", "pages");
const TARGET = join(DIST, "assets");

/** Vectors of common words, which the search index reads. */
const WORD_VECTORS = ["word-vectors.bin", "word-vectors.LICENSE.txt"].map((file) =>
  inProject("src", "modules", "search", "vectors", file),
);
/** The typeface of PDF reports. */
const REPORT_FONTS = ["report-regular.ttf", "report-semibold.ttf", "report-fonts.LICENSE.txt"].map((file) =>
  inProject("src", "modules", "strategies", "report", "fonts", file),
);

const SWAGGER_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "LICENSE", "NOTICE"];
const REDOC_FILES = ["redoc.standalone.js", "redoc.standalone.js.LICENSE.txt"];
/** The one thing that ReDoc loads from another host; an empty picture takes its place. */
const REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const EMPTY_PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

const packageJson = z.object({ version: z.string() });

/** A package's folder below `/vendor`: its name carries the version, so it may be cached for ever. */
async function vendorName(name: string): Promise<string> {
  const text = await readFile(inProject("node_modules", name, "package.json"), "utf8");
  return `${name}-${packageJson.parse(JSON.parse(text)).version}`;
}

async function copySwagger(name: string, vendor: string): Promise<void> {
  const target = await makeFolder(join(vendor, name));
  for (const file of SWAGGER_FILES) {
    await cp(inProject("node_modules", "swagger-ui-dist", file), join(target, file));
  }
}

async function copyRedoc(name: string, vendor: string): Promise<void> {
  const target = await makeFolder(join(vendor, name));
  for (const file of REDOC_FILES) {
    await cp(inProject("node_modules", "redoc", "bundles", file), join(target, file));
  }
  const bundle = join(target, "redoc.standalone.js");
  const script = await readFile(bundle, "utf8");
  if (!script.includes(REDOC_LOGO))
    throw new Error(`ReDoc no longer names ${REDOC_LOGO}: look what it loads now.`);
  await writeFile(bundle, script.replaceAll(REDOC_LOGO, EMPTY_PICTURE));
}

async function copyInto(target: string, files: readonly string[]): Promise<void> {
  await makeFolder(target);
  for (const file of files) await cp(file, join(target, basename(file)));
}

/** The pages, with the vendored folders' names filled in. */
async function copyPages(names: Record<string, string>, target: string): Promise<void> {
  for (const file of await readdir(PAGES)) {
    const text = await readFile(join(PAGES, file), "utf8");
    await writeFile(
      join(target, file),
      text.replaceAll(/%(\w+)%/g, (whole, key: string) => names[key] ?? whole),
    );
  }
}

/** What the build depends on; nothing is done while it stays the same. */
async function stampOf(names: Record<string, string>): Promise<string> {
  const pages = (await readdir(PAGES)).sort().map((file) => join(PAGES, file));
  const hash = createHash("sha256");
  for (const file of [...pages, ...WORD_VECTORS, ...REPORT_FONTS, import.meta.filename]) {
    const bytes = await readFile(file);
    hash.update(`${bytes.length} `).update(bytes);
  }
  return `${Object.values(names).join(" ")} ${hash.digest("hex")}`;
}

/** Makes `dist/assets`, the static files of the Worker. Of several calls at once, one wins. */
export async function buildAssets(): Promise<void> {
  const names = { SWAGGER: await vendorName("swagger-ui-dist"), REDOC: await vendorName("redoc") };
  const stampFile = join(DIST, "assets.stamp");
  const stamp = await stampOf(names);
  if ((await textOf(stampFile)) === stamp && (await textOf(join(TARGET, "_headers"))) !== undefined) return;
  const fresh = await makeFolder(`${TARGET}.${process.pid}`);
  await copySwagger(names.SWAGGER, join(fresh, "vendor"));
  await copyRedoc(names.REDOC, join(fresh, "vendor"));
  await copyInto(join(fresh, "search"), WORD_VECTORS);
  await copyInto(join(fresh, "report"), REPORT_FONTS);
  await copyPages(names, fresh);
  await rm(TARGET, { recursive: true, force: true });
  try {
    await rename(fresh, TARGET);
  } catch (error) {
    await rm(fresh, { recursive: true });
    if ((await textOf(join(TARGET, "_headers"))) === undefined) throw error;
  }
  await writeFile(stampFile, stamp);
}

if (import.meta.main) await runMain(buildAssets);
