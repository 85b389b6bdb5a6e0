declare module "pdfkit/output" {
  /** Everything that a document writes, from now to its end. */
  export function toBytes(document: PDFKit.PDFDocument): Promise<Uint8Array>;
}
