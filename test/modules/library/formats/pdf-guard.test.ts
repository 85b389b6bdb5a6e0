import { describe, expect, test } from "vitest";
import { guardPdf } from "../../../../src/modules/library/formats/pdf-guard.ts";
import { concat, deflate, deflateZeros, utf8 } from "../../../support/documents/bytes.ts";
import { refusal } from "../../../support/documents/expect.ts";
import {
  type PageContent,
  type PdfObject,
  simplePage,
  writePages,
  writePdf,
} from "../../../support/documents/pdf-writer.ts";
import { makeSamplePdf } from "../../../support/documents/sample-pdf.ts";

const FLATE = "/Filter /FlateDecode";
const BOMB_BYTES = 300_000_000;
const document = (content: PageContent) => writePages([content]);
const codeOf = async (bytes: Uint8Array<ArrayBuffer>) => (await refusal(() => guardPdf(bytes))).code;

/** A document whose object 4 is this one, which no page uses unless `contents` says so. */
const withObject = (object: PdfObject, contents = "") =>
  writePdf([
    { value: "<< /Type /Catalog /Pages 2 0 R >>" },
    { value: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
    { value: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] ${contents} >>` },
    object,
  ]);

test("an ordinary document passes, and its bytes stay as they are", async () => {
  const bytes = await makeSamplePdf();
  const copy = bytes.slice();
  await guardPdf(bytes);
  expect(bytes).toEqual(copy);
});

describe("a stream that inflates to hundreds of megabytes is a bomb", () => {
  test("as a page's content", async () => {
    expect(await codeOf(document({ stream: await deflateZeros(BOMB_BYTES), dictionary: FLATE }))).toBe(
      "documents.bomb",
    );
  });

  test("whatever its dictionary calls it", async () => {
    const stream = await deflateZeros(BOMB_BYTES);
    for (const dictionary of ["/Filter /Fl#61teDecode", "/Filter 9 0 R", "", "/Filter [/Fl]"]) {
      expect(await codeOf(document({ stream, dictionary }))).toBe("documents.bomb");
    }
  });

  test("behind a keyword that a lesser scanner overlooks", async () => {
    const pdf = document({ stream: await deflateZeros(BOMB_BYTES), dictionary: FLATE });
    const text = Buffer.from(pdf).toString("latin1");
    const hidden = text.replace(/>>\nstream\n/g, ">> % a remark\nstream\r\n");
    expect(await codeOf(Uint8Array.from(Buffer.from(hidden, "latin1")))).toBe("documents.bomb");
  });

  test("packed twice, or written in hexadecimal", async () => {
    const once = await deflateZeros(BOMB_BYTES);
    const twice = await deflate(once);
    expect(await codeOf(document({ stream: twice, dictionary: "/Filter [/FlateDecode /FlateDecode]" }))).toBe(
      "documents.bomb",
    );
    const hex = utf8(`${Array.from(once, (byte) => byte.toString(16).padStart(2, "0")).join("")}>`);
    expect(
      await codeOf(document({ stream: hex, dictionary: "/Filter [/ASCIIHexDecode /FlateDecode]" })),
    ).toBe("documents.bomb");
  });

  test("in many streams that are each within the limit", async () => {
    const stream = await deflateZeros(30_000_000);
    const pages = Array.from({ length: 20 }, () => ({ stream, dictionary: FLATE }));
    expect(await codeOf(writePages(pages))).toBe("documents.bomb");
  });

  test("with LZW and run lengths as well", async () => {
    // The code after a clear repeats the newest table entry, so that each code stands for one byte more.
    expect(await codeOf(document({ stream: lzwBomb(40_000), dictionary: "/Filter /LZWDecode" }))).toBe(
      "documents.bomb",
    );
    const runs = new Uint8Array(600_000).map((_, at) => (at % 2 === 0 ? 129 : 32));
    expect(await codeOf(document({ stream: runs, dictionary: "/Filter /RunLengthDecode" }))).toBe(
      "documents.bomb",
    );
  });

  test("but an image may be large, unless a page names it as its content", async () => {
    const value = `<< /Type /XObject /Subtype /Image /Width 20000 /Height 15000 ${FLATE} >>`;
    const stream = await deflateZeros(BOMB_BYTES);
    await guardPdf(withObject({ value, stream }));
    expect(await codeOf(withObject({ value, stream }, "/Contents 4 0 R"))).toBe("documents.bomb");
    expect(await codeOf(withObject({ value, stream }, "/Contents [ 9 0 R 4 0 R ]"))).toBe("documents.bomb");
  });
});

describe("counts that a reader would believe are a bomb", () => {
  test("a million objects", async () => {
    const pdf = document(simplePage("x"));
    expect(await codeOf(concat(["%PDF-1.4\n", "1 0 obj\n".repeat(1_000_001), pdf]))).toBe("documents.bomb");
  });

  test("cross references and object streams that claim as many", async () => {
    for (const value of [
      "<< /Type /XRef /Size 900000000 /W [0 0 0] >>",
      "<< /Type /XRef /Index [0 900000000] >>",
      "<< /Type /ObjStm /N 2000000 >>",
    ]) {
      expect(await codeOf(withObject({ value, stream: utf8("x") }))).toBe("documents.bomb");
    }
  });
});

describe("a document that was cut off is corrupt", () => {
  test.each([0.3, 0.6, 0.95])("at %d of its length", async (share) => {
    const bytes = await makeSamplePdf();
    expect(await codeOf(bytes.slice(0, bytes.length * share))).toBe("documents.corrupt");
  });

  test("also when it was written for the web, with its first cross reference in front", async () => {
    const bytes = await makeSamplePdf();
    const web = concat([
      `%PDF-1.4\n9 0 obj\n<< /Linearized 1 /L ${bytes.length + 500} >>\nendobj\nstartxref\n0\n%%EOF\n`,
      bytes,
    ]);
    expect(await codeOf(web.slice(0, bytes.length / 2))).toBe("documents.corrupt");
  });
});

test("more than 40 MB is too large", async () => {
  expect(await codeOf(new Uint8Array(40_000_001))).toBe("documents.too_large");
});

/** LZW codes 256, 0, then 258, 259, 260 …: each code names the entry that it makes itself. */
function lzwBomb(codes: number): Uint8Array<ArrayBuffer> {
  const bits: number[] = [];
  const put = (code: number, width: number) => {
    for (let bit = width - 1; bit >= 0; bit--) bits.push((code >> bit) & 1);
  };
  let next = 4096;
  for (let index = 0; index < codes; index++) {
    if (next >= 4093) {
      put(256, index === 0 ? 9 : 12);
      put(0, 9);
      next = 258;
    }
    put(next, next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9);
    next++;
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (7 - (index & 7)));
  });
  return bytes;
}
