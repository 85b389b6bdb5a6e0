import { expect, test } from "vitest";
import { MAX_UNIT_CHARS } from "../../../../src/modules/library/formats/limits.ts";
import { openNotebook } from "../../../../src/modules/library/formats/notebook.ts";
import { utf8 } from "../../../support/documents/bytes.ts";
import { expectSlicesToAgree, readAll, refusal } from "../../../support/documents/expect.ts";
import { makeSampleNotebook } from "../../../support/documents/sample-notebook.ts";

const open = async (notebook: unknown) => readAll(await openNotebook(utf8(JSON.stringify(notebook))));
const code = (source: unknown, outputs: unknown[] = []) => ({ cell_type: "code", source, outputs });

test("is read by cell: source, and what it printed, without pictures", async () => {
  const document = await openNotebook(await makeSampleNotebook());
  expect(document.metadata).toEqual({ title: "Crossing averages on a made-up price" });
  const units = await readAll(document);
  expect(units.map(({ place }) => place)).toEqual([{ cell: 1 }, { cell: 2 }, { cell: 3 }, { cell: 4 }]);
  expect(units[0]?.text).toContain("walks through the golden heron rule");
  expect(units[1]?.text).toBe("prices = [100 + (i % 7) - (i % 3) for i in range(250)]\nlen(prices)\n\n250");
  expect(units[2]?.headings).toEqual([{ level: 2, title: "The signal", start: 0 }]);
  expect(units[3]?.text).toMatch(/print\(signal\(prices\)\)\n\nFalse$/);
});

test("reads the cells of nbformat 3, and tells errors without their traces", async () => {
  const failed = {
    output_type: "pyerr",
    ename: "ValueError",
    evalue: "no price",
    traceback: ["\u001b[31mlong"],
  };
  const worksheets = [{ cells: [{ cell_type: "code", input: ["a = 1\n", "b"], outputs: [failed] }] }];
  const [unit] = await open({ nbformat: 3, worksheets });
  expect(unit?.text).toBe("a = 1\nb\n\nValueError: no price");
});

test("bounds what a cell printed", async () => {
  const [unit] = await open({
    nbformat: 4,
    cells: [code("x", [{ output_type: "stream", text: "y".repeat(1_000_000) }])],
  });
  expect(unit?.text.length).toBeLessThan(5_000);
  expect(unit?.text).toMatch(/\[…\]$/);
});

test("cuts a huge cell into units of the same cell", async () => {
  const units = await open({ nbformat: 4, cells: [code("line of code\n".repeat(5_000)), code("next")] });
  expect(units.length).toBeGreaterThan(3);
  expect(units.at(-1)?.place).toEqual({ cell: 2 });
  for (const unit of units.slice(0, -1)) {
    expect(unit.place).toEqual({ cell: 1 });
    expect(unit.text.length).toBeLessThanOrEqual(MAX_UNIT_CHARS);
  }
});

test("keeps the number of a cell that is empty or malformed", async () => {
  const units = await open({
    nbformat: 4,
    cells: [code(""), { cell_type: "raw" }, code(["a", 1, null]), code("last")],
  });
  expect(units.map(({ place, text }) => [place, text])).toEqual([
    [{ cell: 1 }, ""],
    [{ cell: 2 }, ""],
    [{ cell: 3 }, "a"],
    [{ cell: 4 }, "last"],
  ]);
});

test.each(['{"cells": [{"cell_type"', "[]", "{}", '{"cells": 1}'])("%s is corrupt", async (source) => {
  expect((await refusal(() => openNotebook(utf8(source)))).code).toBe("documents.corrupt");
});

test("more cells than any notebook has are refused", async () => {
  const cells = Array.from({ length: 20_001 }, () => ({}));
  expect((await refusal(() => open({ nbformat: 4, cells }))).code).toBe("documents.bomb");
});

test("gives the same units in any slices", async () => {
  const bytes = await makeSampleNotebook();
  await expectSlicesToAgree(() => openNotebook(bytes.slice()), [1, 2, 3]);
});
