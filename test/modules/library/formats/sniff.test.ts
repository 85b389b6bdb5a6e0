import { describe, expect, test } from "vitest";
import { detectFormat } from "../../../../src/modules/library/formats/sniff.ts";
import { concat, utf8 } from "../../../support/documents/bytes.ts";
import { refusal } from "../../../support/documents/expect.ts";
import { makeSampleEpub, sampleEpubEntries } from "../../../support/documents/sample-epub.ts";
import { makeSampleNotebook } from "../../../support/documents/sample-notebook.ts";
import { makeSamplePdf } from "../../../support/documents/sample-pdf.ts";
import { writeZip } from "../../../support/documents/zip-writer.ts";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

describe("the bytes decide what a file is", () => {
  test("knows a PDF, with or without junk before its header", async () => {
    const pdf = await makeSamplePdf();
    expect(detectFormat(pdf, "book.pdf")).toBe("pdf");
    expect(detectFormat(pdf, "no extension")).toBe("pdf");
    expect(detectFormat(concat(["X-Mail: header\r\n".repeat(60), pdf]), "book.pdf")).toBe("pdf");
  });

  test("knows an EPUB by its mimetype entry or by its container", async () => {
    expect(detectFormat(await makeSampleEpub(), "book.epub")).toBe("epub");
    const withoutMimetype = await writeZip(sampleEpubEntries().filter(({ name }) => name !== "mimetype"));
    expect(detectFormat(withoutMimetype, "book.epub")).toBe("epub");
  });

  test("knows a notebook, whatever its name", async () => {
    expect(detectFormat(await makeSampleNotebook(), "a.ipynb")).toBe("notebook");
    expect(detectFormat(await makeSampleNotebook(), "a.json")).toBe("notebook");
  });

  test.each([
    ["<!DOCTYPE html><p>Hi", "a.txt", "html"],
    ['<?xml version="1.0"?>\n<!-- x -->\n<html><body/></html>', "a", "html"],
    ["# Title\n\nText", "a.md", "markdown"],
    ["# Title\n\nText", "a.MARKDOWN", "markdown"],
    ["<p>no doctype</p>", "a.htm", "html"],
    ["plain words", "a.txt", "text"],
    ["plain words", "README", "text"],
    ['{"a": 1}', "a.json", "text"],
  ] as const)("%j named %s is %s", (text, name, format) => {
    expect(detectFormat(utf8(text), name)).toBe(format);
  });

  test("reads UTF-16 with a byte order mark as text", () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x48, 0, 0x69, 0]);
    expect(detectFormat(utf16, "a.txt")).toBe("text");
  });

  test("is content with the first part of a file, cut inside a character", () => {
    expect(detectFormat(utf8("aé").slice(0, 2), "a.txt")).toBe("text");
  });
});

describe("what can't be read says why", () => {
  test.each(["", " \n\t\r\n ", "\ufeff", "\0\0\0"])("%j is empty, whatever its name", async (text) => {
    for (const name of ["a.txt", "a.pdf", "a"]) {
      expect((await refusal(() => detectFormat(utf8(text), name))).code).toBe("documents.empty");
    }
  });

  test("other binary files are of an unsupported type, and named", async () => {
    const zip = await writeZip([{ name: "a.txt", data: utf8("hello") }]);
    const files: [Uint8Array, RegExp][] = [
      [PNG, /PNG/],
      [zip, /ZIP archive that is no EPUB/],
      [utf8("MZ\0\0\x01"), /Windows program/],
      [utf8("{\\rtf1 hello}"), /RTF/],
      [Uint8Array.from([0xe9, 0x74, 0xe9]), /no UTF-8/],
      [utf8("text with a \0 in it"), /binary/],
    ];
    for (const [bytes, detail] of files) {
      const refused = await refusal(() => detectFormat(bytes, "file.bin"));
      expect(refused.code).toBe("documents.unsupported_type");
      expect(refused.detail).toMatch(detail);
    }
  });

  test("a name that claims another type is refused with what the file really is", async () => {
    const files: [Uint8Array, string, RegExp][] = [
      [PNG, "scan.pdf", /named \.pdf, but it is a PNG image/],
      [utf8("hello"), "book.pdf", /a text file/],
      [await makeSamplePdf(), "book.epub", /a PDF/],
      [await makeSamplePdf(), "notes.txt", /a PDF/],
      [await writeZip([{ name: "a", data: utf8("x") }]), "book.epub", /ZIP archive that is no EPUB/],
      [utf8("hello"), "book.ipynb", /a text file/],
      [await makeSampleNotebook(), "notes.md", /a Jupyter notebook/],
    ];
    for (const [bytes, name, detail] of files) {
      const refused = await refusal(() => detectFormat(bytes, name));
      expect(refused.code).toBe("documents.type_mismatch");
      expect(refused.detail).toMatch(detail);
    }
  });

  test("a broken notebook is still one, so that opening it can say that it is broken", () => {
    expect(detectFormat(utf8('{"cells": [{"cell_'), "a.ipynb")).toBe("notebook");
  });
});
