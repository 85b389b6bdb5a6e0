import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openHtml } from "../../../../src/modules/library/formats/html.ts";
import { MAX_UNIT_CHARS } from "../../../../src/modules/library/formats/limits.ts";
import { openMarkdown } from "../../../../src/modules/library/formats/markdown.ts";
import { openDocument } from "../../../../src/modules/library/formats/open.ts";
import { openText } from "../../../../src/modules/library/formats/text.ts";
import { utf8 } from "../../../support/documents/bytes.ts";
import { expectSlicesToAgree, readAll, refusal } from "../../../support/documents/expect.ts";

const markdown = async (source: string) => readAll(await openMarkdown(utf8(source)));
const html = async (source: string) => readAll(await openHtml(utf8(source)));
const text = async (source: string) => readAll(await openText(utf8(source)));
const LONG = Array.from(
  { length: 900 },
  (_, at) => `Paragraph ${at} says a few plain words about nothing much at all.`,
);

describe("Markdown", () => {
  test("is read by section, each with its heading and those above it", async () => {
    const units = await markdown(
      "# Book\n\nIntro.\n\nRisk\n----\n\nText *one*.\n\n### Deep ###\n\nMore.\n# End\nLast.",
    );
    expect(
      units.map(({ place, text: shown, above }) => [place, shown, above?.map(({ title }) => title)]),
    ).toEqual([
      [{ heading: "Book" }, "Book\n\nIntro.", []],
      [{ heading: "Risk" }, "Risk\n\nText one.", ["Book"]],
      [{ heading: "Deep" }, "Deep\n\nMore.", ["Book", "Risk"]],
      [{ heading: "End" }, "End\n\nLast.", []],
    ]);
    expect(units[1]?.headings).toEqual([{ level: 2, title: "Risk", start: 0 }]);
  });

  test("shows the text without its marks", async () => {
    const source = [
      "A **bold** [link](http://x.example) &amp; ![picture](a.png) `co<de>` <b>tag</b> line\nwrapped  \nbroken [ref][1]",
      "- one\n- two\n  1. three",
      "| a | b |\n|---|---|\n| 1 | *2* |",
      "> quoted",
      "```py\nx = 1\n\n# no heading\n```",
      "<div><p>From HTML</p></div>",
    ].join("\n\n");
    const [unit] = await markdown(source);
    expect(unit?.text.split("\n\n").slice(0, 4)).toEqual([
      "A bold link &  co<de> tag line wrapped\nbroken ref",
      "- one\n- two\n  1. three",
      "a | b\n1 | 2",
      "quoted",
    ]);
    expect(unit?.text).toContain("x = 1\n\n# no heading");
    expect(unit?.text).toContain("From HTML");
  });

  test("takes title, author and language from its front matter, else the title from its first heading", async () => {
    const given = await openMarkdown(
      utf8('---\ntitle: "A Book"\nauthor: Me\nlang: de\ntags: [x]\n---\n# H\n\nText'),
    );
    expect(given.metadata).toEqual({ title: "A Book", author: "Me", language: "de" });
    expect((await readAll(given))[0]?.text).toBe("H\n\nText");
    expect((await openMarkdown(utf8("# *H* & co\n\nText"))).metadata).toEqual({ title: "H & co" });
  });

  test("cuts a long section at its paragraphs, under the same heading", async () => {
    const units = await markdown(`# Long\n\n${LONG.join("\n\n")}`);
    expect(units.length).toBeGreaterThan(2);
    for (const unit of units) expect(unit.place).toEqual({ heading: "Long" });
    expect(units[1]?.above).toEqual([{ level: 1, title: "Long" }]);
    expect(units.map((unit) => unit.text).join("\n\n")).toBe(`Long\n\n${LONG.join("\n\n")}`);
  });

  test("stays quick on marks that nest without end", async () => {
    for (const piece of ["> ", "- ", "[", "*a ", "`", "<b>", "![", "_ ", "  - a\n", "|"]) {
      const started = performance.now();
      await markdown(piece.repeat(20_000));
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});

describe("HTML", () => {
  test("is read by section, without scripts, styles and navigation", async () => {
    const document = await openHtml(
      utf8(`<!doctype html><html lang="en"><head><title>A &amp; B</title><meta name="author" content="Me">
        <style>p{}</style></head><body><nav>menu</nav><h1>One</h1><p>First<br>line</p><script>evil()</script>
        <h2>Two</h2><ul><li>a<li><p>b</p></ul><table><tr><th>x<th>y<tr><td>1</td><td><p>2</p></td></table>
        <pre>  keep
    this</pre><p hidden>&eacute;&#x41;</p>`),
    );
    expect(document.metadata).toEqual({ title: "A & B", author: "Me", language: "en" });
    const units = await readAll(document);
    expect(units.map(({ place }) => place)).toEqual([{ heading: "One" }, { heading: "Two" }]);
    expect(units.map((unit) => unit.text)).toEqual([
      "One\n\nFirst\nline",
      "Two\n\n- a\n- b\n\nx | y\n1 | 2\n\n  keep\n    this\n\néA",
    ]);
  });

  test("a heading without text joins the deeper one that follows", async () => {
    const units = await html("<h1>A</h1><h2>B</h2><p>t</p><h2>C</h2><h2>D</h2><p>u</p>");
    expect(units.map((unit) => [unit.place, unit.text])).toEqual([
      [{ heading: "B" }, "A\n\nB\n\nt"],
      [{ heading: "C" }, "C"],
      [{ heading: "D" }, "D\n\nu"],
    ]);
  });

  test("survives any nesting", async () => {
    const [unit] = await html(`${"<div>".repeat(100_000)}deep`);
    expect(unit?.text).toBe("deep");
  });

  test("takes a heading longer than any for a paragraph, so that it does not stand over every passage", async () => {
    const units = await html(`<h1>${"T".repeat(501)}</h1><h2>Short</h2><p>text</p>`);
    expect(units.at(-1)?.above).toEqual([]);
    expect(units.map(({ place }) => place)).toContainEqual({ heading: "Short" });
  });

  test("reads a table of many rows in one pass", async () => {
    const units = await html(`<table>${"<tr><td>1</td><td>2</td></tr>".repeat(50_000)}</table>`);
    expect(units.map((unit) => unit.text).join("\n")).toBe("1 | 2\n".repeat(50_000).trim());
    for (const unit of units) expect(unit.text.length).toBeLessThanOrEqual(MAX_UNIT_CHARS);
  });
});

describe("plain text", () => {
  test("goes by underlined, numbered and capital headings", async () => {
    const units = await text(
      "RISK\n\nText one\nwraps.\n\n1.1 Volatility\n\nText two.\n\nA title\n=======\nText three.\n\nCOSTS\n\nText four.",
    );
    expect(units.map((unit) => unit.place)).toEqual(
      ["RISK", "1.1 Volatility", "A title", "COSTS"].map((heading) => ({ heading })),
    );
    expect(units[0]?.text).toBe("RISK\n\nText one\nwraps.");
  });

  test("without headings is cut into parts at paragraphs", async () => {
    const units = await text(LONG.join("\n\n"));
    expect(units.length).toBeGreaterThan(2);
    for (const unit of units) {
      expect(unit.place).toEqual({ heading: "" });
      expect(unit.text.length).toBeLessThanOrEqual(MAX_UNIT_CHARS);
    }
    expect(units.map((unit) => unit.text).join("\n\n")).toBe(LONG.join("\n\n"));
  });

  test("a single line in capitals is a shout, not a heading", async () => {
    const units = await text("Quiet.\n\nSELL EVERYTHING\n\nQuiet again.");
    expect(units).toHaveLength(1);
  });

  test("reads UTF-16, ligatures as letters, and drops what has no shape", async () => {
    const [utf16] = await readAll(await openText(Uint8Array.from([0xfe, 0xff, 0, 0x48, 0, 0x69])));
    expect(utf16?.text).toBe("Hi");
    const [clean] = await text("\ufeffe\ufb03cient\u00a0x\u00ad\ue123\u0007 m\u00b2");
    expect(clean?.text).toBe("efficient x m²");
  });
});

describe("any source at all", () => {
  test.each(["markdown", "html", "text"] as const)(
    "%s reads it without failing, in bounded units",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary", maxLength: 400 }), async (source) => {
          const units = await readAll(await openDocument(format, utf8(source)));
          for (const unit of units) {
            expect(unit.text.length).toBeLessThanOrEqual(MAX_UNIT_CHARS);
            for (const { start, title } of unit.headings)
              expect(unit.text.startsWith(title, start)).toBe(true);
          }
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each(["markdown", "html", "text"] as const)(
    "%s gives the same units in any slices",
    async (format) => {
      const source = `# A\n\n${LONG.join("\n\n")}\n\n# B\n\n<h2>x</h2>\n\nCOSTS\n\nend\n\nMORE COSTS\n\nend`;
      await expectSlicesToAgree(() => openDocument(format, utf8(source)), [1, 2, 3]);
    },
  );

  test("more than 40 MB is refused before anything is parsed", async () => {
    const refused = await refusal(() => openDocument("text", new Uint8Array(40_000_001)));
    expect(refused.code).toBe("documents.too_large");
  });

  test("bytes that are no text are corrupt", async () => {
    const refused = await refusal(() => openDocument("text", Uint8Array.from([0x61, 0xff])));
    expect(refused.code).toBe("documents.corrupt");
  });
});
