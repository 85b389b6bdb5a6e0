import { beforeAll, expect, it } from "vitest";
import { type Account, call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { concat, deflateZeros, utf8 } from "../../support/documents/bytes.ts";
import { simplePage, writePages } from "../../support/documents/pdf-writer.ts";
import { makeSamplePdf } from "../../support/documents/sample-pdf.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const encrypted = () => {
  const page = new TextDecoder("latin1").decode(writePages([simplePage("secret")]));
  const dictionary = `/Encrypt << /Filter /Standard /V 1 /R 2 /O (${"o".repeat(32)}) /U (${"u".repeat(32)}) /P -4 >> /ID [(a)(a)]`;
  return utf8(
    page
      .replace("trailer\n<<", `trailer\n<< ${dictionary} `)
      .replace("trailer <<", `trailer << ${dictionary} `),
  );
};

const FAILURES: [string, string, () => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>, string][] =
  [
    ["an empty file", "empty.pdf", () => new Uint8Array(0), "documents.empty"],
    ["a file of nothing but white space", "blank.txt", () => utf8(" \n\t \n"), "documents.empty"],
    ["an encrypted PDF", "secret.pdf", encrypted, "documents.encrypted"],
    ["a truncated PDF", "half.pdf", async () => (await makeSamplePdf()).slice(0, 4_000), "documents.corrupt"],
    [
      "a PDF of scans only",
      "scan.pdf",
      () => writePages([{ stream: utf8("0 0 9 9 re f"), dictionary: "" }]),
      "documents.no_text",
    ],
    [
      "a PDF that inflates to 300 MB",
      "bomb.pdf",
      async () =>
        writePages([{ stream: await deflateZeros(300_000_000), dictionary: "/Filter /FlateDecode" }]),
      "documents.bomb",
    ],
    [
      "text that calls itself a PDF",
      "notes.pdf",
      () => utf8("Only words in here."),
      "documents.type_mismatch",
    ],
    ["a PDF that calls itself a book", "book.epub", () => makeSamplePdf(), "documents.type_mismatch"],
    [
      "a picture",
      "chart.png",
      () => concat([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), new Uint8Array(64)]),
      "documents.unsupported_type",
    ],
  ];

it.each(FAILURES)("ends %s as failed, with a code that says why", async (_, fileName, make, code) => {
  const document = await uploadAndProcess(account.access_token, await make(), fileName);
  expect(document).toMatchObject({ status: "failed", error: { code } });
  expect(document.error?.message).not.toBe("");
  const job = await (await call(`/v1/jobs/${document.job_id}`, { token: account.access_token })).json();
  expect(job).toMatchObject({ status: "failed", error: { code }, attempts: 1 });
});

it("keeps a file that is too large to read, and says so", async () => {
  const bytes = new Uint8Array(41 * 1024 * 1024);
  bytes.set(utf8("%PDF-1.7\n"));
  const document = await uploadAndProcess(account.access_token, bytes, "huge.pdf");
  expect(document).toMatchObject({ status: "failed", error: { code: "documents.too_large" } });
  const kept = await testEnv.FILES.head(`desks/${account.desk_id}/documents/${document.id}/original`);
  expect(kept?.size).toBe(bytes.length);
});
