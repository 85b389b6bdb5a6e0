import { describe, expect, test } from "vitest";
import { chunkUnit } from "../../../../src/modules/library/chunk.ts";
import type { Unit } from "../../../../src/modules/library/formats/document.ts";
import { openDocument } from "../../../../src/modules/library/formats/open.ts";
import { guardPdf } from "../../../../src/modules/library/formats/pdf-guard.ts";
import { detectFormat } from "../../../../src/modules/library/formats/sniff.ts";
import { dataFile } from "../../../support/data.ts";
import { readAll } from "../../../support/documents/expect.ts";

const MISSING = "needs the reference documents (BOURSE_TEST_DATA)";

function expectGoodChunks(units: readonly Unit[]): void {
  for (const unit of units) {
    for (const { start, end, text } of chunkUnit(unit)) expect(unit.text.slice(start, end)).toBe(text);
    for (const { start, title } of unit.headings) expect(unit.text.startsWith(title, start)).toBe(true);
    expect(unit.text).toBe(unit.text.trim());
  }
}

describe("the PARI users' guide, 675 pages", () => {
  test("passes the guard and has known sentences on their pages, whole and without page numbers", async (ctx) => {
    const bytes = await dataFile("documents/pari-users.pdf");
    if (!bytes) return ctx.skip(MISSING);
    expect(detectFormat(bytes, "pari-users.pdf")).toBe("pdf");
    await guardPdf(bytes);
    const document = await openDocument("pdf", bytes);
    expect(document.unitCount).toBe(675);
    expect(document.metadata.title).toBe("User's Guide to Pari/GP");
    const [five] = await document.read(4, 5);
    expect(five?.text).toContain(
      "PARI does badly compared to systems like Axiom, Magma, Maple, Mathematica, Maxima, or Reduce on such tasks, e.g. multivariate polynomials, formal integration, etc.",
    );
    expect(five?.headings.map(({ title }) => title)).toEqual([
      "Chapter 1: Overview of the PARI system",
      "1.1 Introduction.",
    ]);
    const near = await document.read(99, 102);
    expect(near.map(({ place }) => place)).toEqual([{ page: 100 }, { page: 101 }, { page: 102 }]);
    expect(near[1]?.text).toContain(
      "This function runs in time O(#L) in the worst case (when the list must be reallocated)",
    );
    expect(near[1]?.text.startsWith("3.2.46 listput(")).toBe(true);
    for (const [index, unit] of near.entries()) expect(unit.text.endsWith(String(100 + index))).toBe(false);
    expectGoodChunks([...near, ...(five ? [five] : [])]);
    await document.close();
  });

  test("reads a page alike, whatever was read before", async (ctx) => {
    const bytes = await dataFile("documents/pari-users.pdf");
    if (!bytes) return ctx.skip(MISSING);
    const first = await openDocument("pdf", bytes.slice());
    const whole = await first.read(290, 310);
    const second = await openDocument("pdf", bytes);
    expect([...(await second.read(300, 310))]).toEqual(whole.slice(10));
    expect([...(await second.read(290, 297)), ...(await second.read(297, 300))]).toEqual(whole.slice(0, 10));
    await Promise.all([first.close(), second.close()]);
  });
});

test("a two-column paper reads column by column", async (ctx) => {
  const bytes = await dataFile("documents/two-columns.pdf");
  if (!bytes) return ctx.skip(MISSING);
  await guardPdf(bytes);
  const units = await readAll(await openDocument("pdf", bytes));
  expect(units).toHaveLength(7);
  const text = units[0]?.text ?? "";
  const left = text.indexOf("If a specific letter or word should appear in lowercase instead");
  const right = text.indexOf("This file may be formatted in either the preprint or reprint style.");
  expect(left).toBeGreaterThan(0);
  expect(right).toBeGreaterThan(left);
  expect(units[1]?.text).toMatch(
    /^are available for your document; see the natbib documentation for further details\./,
  );
  expectGoodChunks(units);
});

test("the developers' reference, an EPUB 3, reads by chapter", async (ctx) => {
  const bytes = await dataFile("documents/developers-reference.epub");
  if (!bytes) return ctx.skip(MISSING);
  expect(detectFormat(bytes, "developers-reference.epub")).toBe("epub");
  const document = await openDocument("epub", bytes);
  expect(document.metadata).toEqual({
    title: "developers-reference",
    author: "Developer's Reference Team",
    language: "en",
  });
  const units = await readAll(document);
  expect(units.map(({ place }) => "heading" in place && place.heading).slice(0, 4)).toEqual([
    "Debian Developer's Reference",
    "Scope of This Document",
    "Applying to Become a Member",
    "Debian Developer's Duties",
  ]);
  expect(units[2]?.headings.map(({ title }) => title)).toContain("2.2. Debian mentors and sponsors");
  expect(units[5] && chunkUnit(units[5])[3]?.heading).toMatch(/^5\. Managing Packages > 5\.\d/);
  expectGoodChunks(units);
});

test("the Japanese live manual, 190 spine items of 47 files, reads each file once", async (ctx) => {
  const bytes = await dataFile("documents/live-manual.ja.epub");
  if (!bytes) return ctx.skip(MISSING);
  const document = await openDocument("epub", bytes);
  expect(document.metadata.language).toBe("ja");
  const units = await readAll(document);
  expect(units).toHaveLength(47);
  expect(units[4]?.place).toEqual({ chapter: 5, heading: "1. このマニュアルについて" });
  const chunks = units.flatMap(chunkUnit);
  expect(new Set(chunks.map(({ text }) => text)).size).toBeGreaterThan(chunks.length * 0.9);
  expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThan(2_000);
  expectGoodChunks(units);
});

test("a real notebook reads by cell, without its pictures and widgets", async (ctx) => {
  const bytes = await dataFile("documents/parameter-heatmap.ipynb");
  if (!bytes) return ctx.skip(MISSING);
  expect(detectFormat(bytes, "parameter-heatmap.ipynb")).toBe("notebook");
  const document = await openDocument("notebook", bytes);
  expect(document.metadata.title).toBe("Parameter Heatmap");
  const units = await readAll(document);
  expect(units).toHaveLength(24);
  expect(units[3]?.place).toEqual({ cell: 4 });
  expect(units[3]?.text).toContain("class Sma4Cross(Strategy):\n    n1 = 50");
  expect(Math.max(...units.map(({ text }) => text.length))).toBeLessThan(5_000);
  expect(units.map(({ text }) => text).join("\n")).not.toMatch(/iVBORw0|<Figure|bokeh-/);
  expectGoodChunks(units);
});
