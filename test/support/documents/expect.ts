import { expect } from "vitest";
import {
  type OpenDocument,
  type Unit,
  type UnreadableCode,
  UnreadableDocument,
} from "../../../src/modules/library/formats/document.ts";

/** The code with which reading was refused, and what was said about it. */
export async function refusal(work: () => unknown): Promise<{ code: UnreadableCode; detail: string }> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof UnreadableDocument))
    throw new Error("expected the document to be refused", { cause: error });
  return { code: error.code, detail: error.message };
}

export async function readAll(document: OpenDocument): Promise<Unit[]> {
  return document.read(0, document.unitCount);
}

/** Reads with every slice length given, each from a document opened afresh and forwards, and expects the same units. */
export async function expectSlicesToAgree(
  open: () => Promise<OpenDocument>,
  lengths: readonly number[],
): Promise<void> {
  const whole = await readAll(await open());
  expect(whole.map(({ index }) => index)).toEqual(whole.map((_, index) => index));
  for (const length of lengths) {
    const sliced: Unit[] = [];
    for (let from = 0; from < whole.length; from += length) {
      const document = await open();
      sliced.push(...(await document.read(from, Math.min(from + length, whole.length))));
      await document.close();
    }
    expect(sliced).toEqual(whole);
  }
}
