import { describe, expect, test } from "vitest";
import { chunkUnit } from "../../../../src/modules/library/chunk.ts";
import { openPdf } from "../../../../src/modules/library/formats/pdf.ts";
import { guardPdf } from "../../../../src/modules/library/formats/pdf-guard.ts";
import { utf8 } from "../../../support/documents/bytes.ts";
import { expectSlicesToAgree, readAll, refusal } from "../../../support/documents/expect.ts";
import { HANDBOOK } from "../../../support/documents/handbook.ts";
import { literal, simplePage, writePages, writePdf } from "../../../support/documents/pdf-writer.ts";
import { makeSamplePdf } from "../../../support/documents/sample-pdf.ts";

/** A page of lines at given heights. */
const page = (...lines: [y: number, text: string][]) => ({
  stream: utf8(lines.map(([y, text]) => `BT /F1 10 Tf 50 ${y} Td ${literal(text)} Tj ET`).join("\n")),
});
const texts = async (pages: Parameters<typeof writePages>[0]) =>
  (await readAll(await openPdf(writePages(pages)))).map(({ text }) => text);

describe("a PDF is read by page", () => {
  test("with headings, whole words and paragraphs, column by column, and without running heads", async () => {
    const document = await openPdf(await makeSamplePdf());
    expect(document.metadata).toEqual({
      title: "A Small Handbook of Systematic Trading",
      author: "The Bourse Desk",
      language: "en",
    });
    const units = await readAll(document);
    expect(units.map(({ place }) => place)).toEqual(HANDBOOK.map((_, index) => ({ page: index + 1 })));
    for (const [index, { title, sections }] of HANDBOOK.entries()) {
      const blocks = [title, ...sections.flatMap((section) => [section.title, ...section.paragraphs])];
      expect(units[index]?.text).toBe(blocks.join("\n\n").replaceAll("\u00ad", ""));
      expect(units[index]?.headings.map((heading) => heading.title)).toEqual([
        title,
        ...sections.map((s) => s.title),
      ]);
    }
  });

  test("lines that stand at the same place on neighbouring pages are running heads, whatever their numbers", async () => {
    const pages = Array.from({ length: 6 }, (_, at) =>
      page(
        [560, `Chapter ${at + 1}`],
        [500, `Text ${"so ".repeat(at)}long.`],
        [400, "Every page says this."],
        [300, `B ${"x".repeat(at + 1)}`],
        [30, `- ${at + 1} -`],
        [20, "(c) Bourse"],
      ),
    );
    const all = await texts(pages);
    expect(all[2]).toBe("Text so so long.\n\nEvery page says this.\n\nB xxx");
  });

  test("a first line that differs from its neighbours stays, and so does a lone page's", async () => {
    expect(await texts([page([560, "Alpha"], [500, "One."]), page([560, "Beta"], [500, "Two."])])).toEqual([
      "Alpha\n\nOne.",
      "Beta\n\nTwo.",
    ]);
    expect(await texts([page([560, "Alpha 1"], [500, "One."])])).toEqual(["Alpha 1\n\nOne."]);
  });

  test("joins words parted at a line's end, not those with a capital or a number", async () => {
    const [text] = await texts([
      page(
        [500, "a long hyphen-"],
        [488, "ation, and the Black-"],
        [476, "Scholes formula of pages 3-"],
        [464, "4"],
      ),
    ]);
    expect(text).toContain("a long hyphenation, and the Black-");
    expect(text).toMatch(/Black-\sScholes/);
    expect(text).toMatch(/3-\s4/);
  });

  test("pages stand under the headings of the document's own outline", async () => {
    const content = (text: string) => ({ value: "<< >>", stream: utf8(text) });
    const sized = (size: number, y: number, text: string) =>
      `BT /F1 ${size} Tf 50 ${y} Td ${literal(text)} Tj ET\n`;
    const font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>";
    const leaf = (contents: number) =>
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Resources << ${font} >> /Contents ${contents} 0 R >>`;
    const bytes = writePdf([
      { value: "<< /Type /Catalog /Pages 2 0 R /Outlines 7 0 R >>" },
      { value: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>" },
      { value: leaf(5) },
      { value: leaf(6) },
      content(sized(20, 500, "Risk") + sized(10, 450, "First words of a long enough body text.")),
      content(
        sized(10, 500, "More words of the body.") +
          sized(14, 450, "2.1 Drawdown") +
          sized(10, 400, "It falls a long way."),
      ),
      { value: "<< /First 8 0 R /Last 8 0 R /Count 2 >>" },
      { value: "<< /Title (Risk) /Parent 7 0 R /Dest [3 0 R /Fit] /First 9 0 R /Last 9 0 R /Count 1 >>" },
      { value: "<< /Title (Drawdown) /Parent 8 0 R /Dest [4 0 R /Fit] >>" },
    ]);
    const [first, second] = await readAll(await openPdf(bytes));
    expect([first?.above, first?.headings]).toEqual([[], [{ level: 1, title: "Risk", start: 0 }]]);
    expect(second?.above).toEqual([{ level: 1, title: "Risk" }]);
    expect(second && chunkUnit(second).map(({ heading }) => heading)).toEqual([
      "Risk",
      "Risk > 2.1 Drawdown",
    ]);
  });

  test("a page without text is an empty unit", async () => {
    expect(await texts([{ stream: utf8("0 0 100 100 re f") }, simplePage("Words.")])).toEqual(["", "Words."]);
  });

  test("gives the same units in any slices", async () => {
    const bytes = await makeSamplePdf();
    await expectSlicesToAgree(() => openPdf(bytes.slice()), [1, 2, 5]);
  });

  test("gives the same units read backwards, twice, or out of order from one opened document", async () => {
    const bytes = await makeSamplePdf();
    const whole = await readAll(await openPdf(bytes.slice()));
    const document = await openPdf(bytes.slice());
    for (const index of [5, 0, 3, 3, 1, 4, 2, 5]) {
      expect(await document.read(index, index + 1)).toEqual([whole[index]]);
    }
  });
});

describe("a PDF that can't be read says why", () => {
  const encrypted = () => {
    const lock = `<${"ab".repeat(32)}>`;
    return writePdf(
      [
        { value: "<< /Type /Catalog /Pages 2 0 R >>" },
        { value: "<< /Type /Pages /Kids [] /Count 0 >>" },
        { value: `<< /Filter /Standard /V 1 /R 2 /O ${lock} /U ${lock} /P -4 >>` },
      ],
      "/Encrypt 3 0 R /ID [<00><00>]",
    );
  };

  test("that needs a password is encrypted", async () => {
    await guardPdf(encrypted());
    expect((await refusal(() => openPdf(encrypted()))).code).toBe("documents.encrypted");
  });

  test("that is no PDF inside is corrupt", async () => {
    expect((await refusal(() => openPdf(utf8("%PDF-1.7\nnothing of the kind")))).code).toBe(
      "documents.corrupt",
    );
  });

  test("with more pages than any book has is a bomb; one that only claims them is not believed", async () => {
    const pages = Array.from({ length: 10_001 }, () => simplePage("x"));
    expect((await refusal(() => openPdf(writePages(pages)))).code).toBe("documents.bomb");
    const liar = writePdf([
      { value: "<< /Type /Catalog /Pages 2 0 R >>" },
      { value: "<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>" },
      { value: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>" },
    ]);
    expect((await openPdf(liar)).unitCount).toBe(1);
  });
});
