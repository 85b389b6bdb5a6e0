import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The project's folder, wherever a command was called from. */
export const ROOT = resolve(import.meta.dirname, "..");
export const DIST = join(ROOT, "dist");

export const inProject = (...path: string[]) => join(ROOT, ...path);

/** An installed command, always the pinned one and never one of the machine. */
export const installed = (command: string) => inProject("node_modules", ".bin", command);

/** The environment of every tool: nothing is measured, nothing is asked, nothing is fetched on the side. */
export const TOOL_ENV = {
  ...process.env,
  PATH: `${inProject("node_modules", ".bin")}:${process.env.PATH ?? ""}`,
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

/** The text of a file, or undefined where there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs a command's `main`; what it throws is its last line and a failure. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
