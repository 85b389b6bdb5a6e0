import type { DeskId, DocumentId, JobId } from "../../platform/ids.ts";

/** Everything of a document lies under one prefix, so that it can be deleted as one. */
export const documentPrefix = (desk: DeskId, document: DocumentId) => `desks/${desk}/documents/${document}/`;

export const originalKey = (desk: DeskId, document: DocumentId) =>
  `${documentPrefix(desk, document)}original`;

/** The extracted text of one ingestion, in parts that begin at a unit; their names sort in reading order. */
export const textPrefix = (desk: DeskId, document: DocumentId, build: JobId) =>
  `${documentPrefix(desk, document)}text/${build}/`;

export const textKey = (desk: DeskId, document: DocumentId, build: JobId, from: number) =>
  `${textPrefix(desk, document, build)}${String(from).padStart(8, "0")}.json`;

/** Which chunks of a document have vectors in Vectorize, in parts as the text has them. */
export const vectorsPrefix = (desk: DeskId, document: DocumentId) =>
  `${documentPrefix(desk, document)}vectors/`;

export const vectorsKey = (desk: DeskId, document: DocumentId, build: JobId, from: number) =>
  `${vectorsPrefix(desk, document)}${build}/${String(from).padStart(8, "0")}.json`;
