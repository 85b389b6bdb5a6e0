import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import wabt from "wabt";
import { inProject, runMain } from "./project.ts";

const FOLDER = ["src", "modules", "search", "vectors"];
const TEXT = inProject(...FOLDER, "dot.wat");
const BINARY = inProject(...FOLDER, "dot.wasm");

/** Assembles the kernel of the vector scan; with `--check` only compares, and fails where dot.wasm is another. */
await runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const { parseWat } = await wabt();
  const module = parseWat("dot.wat", await readFile(TEXT, "utf8"), { simd: true });
  module.validate();
  const assembled = module.toBinary({}).buffer;
  if (!values.check) await writeFile(BINARY, assembled);
  else if (!(await readFile(BINARY)).equals(assembled))
    throw new Error("dot.wasm is not what dot.wat gives: npm run build:kernel");
});
