import { concat, utf8 } from "./bytes.ts";

export interface PdfObject {
  /** The object's value, such as `<< /Type /Catalog >>`; with a stream, its dictionary without /Length. */
  value: string;
  stream?: Uint8Array;
}

/** A PDF of these objects, numbered from 1, with a true cross-reference table. Object 1 is the catalogue. */
export function writePdf(objects: readonly PdfObject[], trailer = ""): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [utf8("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  objects.forEach((object, index) => {
    const bytes = objectBytes(object, index + 1);
    offsets.push(length);
    length += bytes.length;
    parts.push(bytes);
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(utf8(`xref\n0 ${size}\n0000000000 65535 f \n${rows}`));
  parts.push(utf8(`trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`));
  return concat(parts);
}

function objectBytes({ value, stream }: PdfObject, number: number): Uint8Array {
  if (!stream) return utf8(`${number} 0 obj\n${value}\nendobj\n`);
  const dictionary = value.replace(/>>\s*$/, `/Length ${stream.length} >>`);
  return concat([`${number} 0 obj\n${dictionary}\nstream\n`, stream, "\nendstream\nendobj\n"]);
}

export const FONTS = ["Times-Roman", "Helvetica-Bold", "Times-Italic"] as const;
export type FontName = (typeof FONTS)[number];

export interface PageContent {
  stream: Uint8Array;
  /** Further entries of the content stream's dictionary, such as `/Filter /FlateDecode`. */
  dictionary?: string;
}

/** A PDF with a page for each content stream, in the standard fonts /F1, /F2 and /F3. */
export function writePages(
  pages: readonly PageContent[],
  info = "",
  size: [number, number] = [420, 595],
): Uint8Array<ArrayBuffer> {
  const fonts = FONTS.map(
    (name, index) =>
      `/F${index + 1} << /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`,
  );
  const pageNumber = (index: number) => 4 + index * 2;
  const kids = pages.map((_, index) => `${pageNumber(index)} 0 R`).join(" ");
  const objects: PdfObject[] = [
    { value: "<< /Type /Catalog /Pages 2 0 R /Lang (en) >>" },
    { value: `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>` },
    { value: `<< ${info} >>` },
  ];
  pages.forEach(({ stream, dictionary = "" }, index) => {
    const resources = `/Resources << /Font << ${fonts.join(" ")} >> >>`;
    const contents = `/Contents ${pageNumber(index) + 1} 0 R`;
    objects.push({
      value: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size.join(" ")}] ${resources} ${contents} >>`,
    });
    objects.push({ value: `<< ${dictionary} >>`, stream });
  });
  return writePdf(objects, "/Info 3 0 R");
}

/** A page of one short line, for tests that are about the file around it. */
export function simplePage(text: string): PageContent {
  return { stream: utf8(`BT /F1 12 Tf 72 500 Td ${literal(text)} Tj ET`) };
}

export function literal(text: string): string {
  return `(${text.replace(/[\\()]/g, "\\$&")})`;
}
