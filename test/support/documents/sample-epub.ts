import { utf8 } from "./bytes.ts";
import { type Chapter, HANDBOOK, HANDBOOK_AUTHOR, HANDBOOK_TITLE } from "./handbook.ts";
import { writeZip, type ZipEntry } from "./zip-writer.ts";

/** The handbook as an EPUB 3, a file per chapter. `changes` replaces or adds files, for tests. */
export async function makeSampleEpub(changes: Record<string, string> = {}): Promise<Uint8Array<ArrayBuffer>> {
  return writeZip(sampleEpubEntries(changes));
}

export function sampleEpubEntries(changes: Record<string, string> = {}): ZipEntry[] {
  const files: Record<string, string> = {
    mimetype: "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": packageOf(HANDBOOK),
    "OEBPS/nav.xhtml": navigationOf(HANDBOOK),
    ...Object.fromEntries(
      HANDBOOK.map((chapter, index) => [`OEBPS/text/${fileName(index)}`, xhtmlOf(chapter)]),
    ),
    ...changes,
  };
  return Object.entries(files).map(([name, text]) => ({
    name,
    data: utf8(text),
    store: name === "mimetype",
  }));
}

const CONTAINER = `<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>`;

function fileName(index: number): string {
  return `chapter ${index + 1}.xhtml`;
}

function packageOf(chapters: readonly Chapter[]): string {
  const items = chapters.map(
    (_, index) =>
      `<item id="c${index}" href="text/${encodeURI(fileName(index))}" media-type="application/xhtml+xml"/>`,
  );
  const spine = chapters.map((_, index) => `<itemref idref="c${index}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:bourse:handbook</dc:identifier>
    <dc:title>${HANDBOOK_TITLE}</dc:title>
    <dc:creator>${HANDBOOK_AUTHOR}</dc:creator>
    <dc:language>en</dc:language>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    ${items.join("\n    ")}
  </manifest>
  <spine>${spine.join("")}</spine>
</package>`;
}

function navigationOf(chapters: readonly Chapter[]): string {
  const items = chapters.map(
    ({ title }, index) =>
      `<li><a href="text/${encodeURI(fileName(index))}">${escapeXml(title.replace(/^\d+ /, ""))}</a></li>`,
  );
  return page("Contents", `<nav epub:type="toc"><ol>${items.join("")}</ol></nav>`);
}

function xhtmlOf({ title, sections }: Chapter): string {
  const body = sections.map(
    (section) =>
      `<h2>${escapeXml(section.title)}</h2>${section.paragraphs.map((text) => `<p>${escapeXml(text)}</p>`).join("\n")}`,
  );
  return page(title, `<h1>${escapeXml(title)}</h1>${body.join("\n")}`);
}

function page(title: string, body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en">
<head><title>${escapeXml(title)}</title><style>p { margin: 0 }</style></head>
<body>${body}</body></html>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
