import { describe, expect, test } from "vitest";
import { openEpub } from "../../../../src/modules/library/formats/epub.ts";
import { MAX_UNIT_CHARS } from "../../../../src/modules/library/formats/limits.ts";
import { deflateZeros, utf8 } from "../../../support/documents/bytes.ts";
import { expectSlicesToAgree, readAll, refusal } from "../../../support/documents/expect.ts";
import { makeSampleEpub, sampleEpubEntries } from "../../../support/documents/sample-epub.ts";
import { writeZip } from "../../../support/documents/zip-writer.ts";

const OPF = "OEBPS/book.opf";
const CHAPTER = "OEBPS/text/chapter 1.xhtml";

const sampleOpf = () => new TextDecoder().decode(sampleEpubEntries().find(({ name }) => name === OPF)?.data);
const opened = async (changes: Record<string, string> = {}) => openEpub(await makeSampleEpub(changes));
const refused = async (changes: Record<string, string>) =>
  refusal(async () => readAll(await opened(changes)));

describe("an EPUB is read by chapter", () => {
  test("with titles from its navigation and the chapters' own headings", async () => {
    const document = await opened();
    expect(document.unitCount).toBe(6);
    expect(document.metadata).toEqual({
      title: "A Small Handbook of Systematic Trading",
      author: "The Bourse Desk",
      language: "en",
    });
    const [, unit] = await document.read(1, 2);
    expect(unit).toBeUndefined();
    const [second] = await document.read(1, 2);
    expect(second?.place).toEqual({ chapter: 2, heading: "Moving averages" });
    expect(second?.headings.map(({ level, title }) => [level, title])).toEqual([
      [1, "2 Moving averages"],
      [2, "2.1 Crossing averages"],
      [2, "2.2 What the average costs"],
    ]);
    expect(second?.text).toContain(
      "\n\nThe golden heron crossover, as this desk calls its own version, uses twenty",
    );
  });

  test("a file that the spine names several times is one chapter", async () => {
    const item =
      '<item id="again" href="./text/../text/chapter%201.xhtml#s2" media-type="application/xhtml+xml"/></manifest>';
    const opf = sampleOpf()
      .replace("</manifest>", item)
      .replace("</spine>", '<itemref idref="again"/></spine>');
    expect((await opened({ [OPF]: opf })).unitCount).toBe(6);
  });

  test("titles come from the NCX of EPUB 2, and a link to the whole file beats one into it", async () => {
    const ncx = `<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
      <ncx><navMap><navPoint><navLabel><text>Part</text></navLabel><content src="text/chapter%201.xhtml#x"/></navPoint>
      <navPoint><navLabel><text>Bonds &amp; more</text></navLabel><content src="text/chapter%201.xhtml"/></navPoint></navMap></ncx>`;
    const opf = sampleOpf().replace(
      /<item id="nav"[^>]*>/,
      '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
    );
    const [first, second] = await (await opened({ [OPF]: opf, "OEBPS/toc.ncx": ncx })).read(0, 2);
    expect(first?.place).toEqual({ chapter: 1, heading: "Bonds & more" });
    expect(second?.place).toEqual({ chapter: 2, heading: "2 Moving averages" });
  });

  test("a very long chapter is cut into several units of the same chapter", async () => {
    const body = `<h1>Long</h1>${"<p>A paragraph of some words that fill the page slowly.</p>".repeat(6_000)}`;
    const units = await readAll(await opened({ [CHAPTER]: `<html><body>${body}</body></html>` }));
    const parts = units.filter(({ place }) => "chapter" in place && place.chapter === 1);
    expect(parts.length).toBeGreaterThan(10);
    for (const { text, place } of parts) {
      expect(text.length).toBeLessThanOrEqual(MAX_UNIT_CHARS);
      expect(place).toEqual({ chapter: 1, heading: "What a strategy is" });
    }
    expect(parts[1]?.above).toEqual([{ level: 1, title: "Long" }]);
  });

  test("gives the same units in any slices", async () => {
    const body = `<h1>Long</h1>${"<p>A paragraph of some words that fill the page slowly.</p>".repeat(6_000)}`;
    const bytes = await makeSampleEpub({ [CHAPTER]: `<html><body>${body}</body></html>` });
    await expectSlicesToAgree(() => openEpub(bytes.slice()), [1, 4]);
  });
});

describe("an EPUB that can't be read says why", () => {
  const encryption = (
    algorithm: string,
  ) => `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
    <enc:EncryptedData xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptionMethod Algorithm="${algorithm}"/>
    <enc:CipherData><enc:CipherReference URI="${CHAPTER}"/></enc:CipherData></enc:EncryptedData></encryption>`;

  test("protected by DRM is encrypted; scrambled fonts are no obstacle", async () => {
    const path = "META-INF/encryption.xml";
    expect((await refused({ [path]: encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc") })).code).toBe(
      "documents.encrypted",
    );
    expect((await opened({ [path]: encryption("http://www.idpf.org/2008/embedding") })).unitCount).toBe(6);
  });

  test("a ZIP password is encrypted", async () => {
    const entries = sampleEpubEntries().map((entry) => ({ ...entry, encrypted: entry.name === CHAPTER }));
    const bytes = await writeZip(entries);
    expect((await refusal(async () => readAll(await openEpub(bytes)))).code).toBe("documents.encrypted");
  });

  test("cut off, or without its package or chapters, is corrupt", async () => {
    const bytes = await makeSampleEpub();
    expect((await refusal(() => openEpub(bytes.slice(0, bytes.length / 2)))).code).toBe("documents.corrupt");
    expect((await refused({ "META-INF/container.xml": "<container/>" })).code).toBe("documents.corrupt");
    expect((await refused({ "META-INF/container.xml": "<<<" })).code).toBe("documents.corrupt");
    expect((await refused({ [OPF]: sampleOpf().replace(/<spine>.*<\/spine>/s, "<spine/>") })).code).toBe(
      "documents.corrupt",
    );
    const garbled = await makeSampleEpub();
    garbled.fill(0x55, garbled.length / 3, garbled.length / 2);
    expect((await refusal(async () => readAll(await openEpub(garbled)))).code).toBe("documents.corrupt");
  });

  test("entries that inflate to hundreds of megabytes are a bomb, honest or lying about it", async () => {
    const bytes = await deflateZeros(300_000_000, "deflate-raw");
    for (const claimedSize of [300_000_000, 1_000]) {
      const entries = sampleEpubEntries().map((entry) =>
        entry.name === CHAPTER ? { ...entry, deflated: { bytes, claimedSize } } : entry,
      );
      const archive = await writeZip(entries);
      expect((await refusal(async () => readAll(await openEpub(archive)))).code).toBe("documents.bomb");
    }
  });

  test("entries that share their data are a bomb", async () => {
    const entries = sampleEpubEntries();
    const first = entries.findIndex(({ name }) => name === CHAPTER);
    const shared = entries[first];
    const overlapping = entries.map((entry, index) =>
      index > first && shared ? { ...entry, data: shared.data, sharesDataOf: first } : entry,
    );
    const archive = await writeZip(overlapping);
    expect((await refusal(async () => readAll(await openEpub(archive)))).code).toBe("documents.bomb");
  });

  test("a billion laughs and outside entities are refused unexpanded", async () => {
    const laughs = Array.from(
      { length: 9 },
      (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
    ).join("");
    const opf = sampleOpf().replace("<package", `<!DOCTYPE p [<!ENTITY l0 "ha">${laughs}]><package`);
    expect((await refused({ [OPF]: opf.replace("The Bourse Desk", "&l9;") })).code).toBe("documents.bomb");
    const outside = sampleOpf().replace(
      "<package",
      '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><package',
    );
    expect((await refused({ [OPF]: outside })).code).toBe("documents.bomb");
  });

  test("more entries than any book has are a bomb", async () => {
    const many = Array.from({ length: 10_001 }, (_, at) => ({ name: `f${at}`, data: utf8(""), store: true }));
    const archive = await writeZip(many);
    expect((await refusal(() => openEpub(archive))).code).toBe("documents.bomb");
  });
});
