import { randomBytes } from "node:crypto";
import { makeSamplePdf } from "../test/support/documents/sample-pdf.ts";
import type { Account } from "./client.ts";
import { newPassword } from "./secrets.ts";

export const SAMPLE_NAME = "a-small-handbook.pdf";
/** Words that stand on one page of the sample handbook and nowhere else in it. */
export const SAMPLE_QUERY = "golden heron crossover";
export const SAMPLE_PAGE = 2;
/** Ten years of days of a share that nobody has. */
export const SAMPLE_BARS = {
  name: "Sample share, daily",
  symbols: ["SAMPLE"],
  bars: 2_520,
  timeframe: "1d",
  seed: 1,
};

/** The handbook that the project itself makes. */
export async function sampleFile(): Promise<Blob> {
  return new Blob([await makeSamplePdf()], { type: "application/pdf" });
}

/** An account that nobody has yet, with a password of its own. */
export function newAccount(): Account {
  const name = `sample-${randomBytes(5).toString("hex")}`;
  return { email: `${name}@desk.example`, username: name, password: newPassword() };
}
