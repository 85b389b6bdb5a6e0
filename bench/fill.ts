import type { Client } from "../scripts/client.ts";
import { watchJob } from "../scripts/watch-job.ts";
import { randomFrom } from "../src/modules/search/vectors/random.ts";
import type { BenchServer } from "./server.ts";

const COUNT_TO = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)";

/** Puts rows of finished documents into the desk, each with a tag and two words; no file stands behind them. */
export async function fillDocuments(
  { miniflare }: BenchServer,
  { desk, user }: { desk: string; user: string },
  count: number,
): Promise<void> {
  const db = await miniflare.getD1Database("DB");
  const hex = desk.replace("dsk_", "").slice(-24);
  await db.batch([
    db
      .prepare(
        `${COUNT_TO} INSERT INTO documents (id, desk_id, sha256, file_name, size_bytes, format, title, author, category,
           tags, status, unit_count, chunk_count, job_id, write_token, created_by, created_at, updated_at)
         SELECT 'doc_' || ?4 || printf('%08x', i), ?2, printf('%064x', i), 'paper-' || i || '.pdf', 1000000, 'pdf',
           'Paper number ' || i, 'Author ' || (i % 50), 'papers', '["risk"]', 'completed', 300, 700,
           'job_' || ?4 || printf('%08x', i), 'bench', ?3, 1700000000000 + i * 1000, 1700000000000 + i * 1000 FROM n`,
      )
      .bind(count, desk, user, hex),
    db
      .prepare(
        `${COUNT_TO} INSERT INTO document_terms (desk_id, kind, term, created_at, document_id)
         SELECT ?2, kind, term, 1700000000000 + i * 1000, 'doc_' || ?3 || printf('%08x', i) FROM n,
           (SELECT 'tag' AS kind, 'risk' AS term UNION SELECT 'word', 'paper' UNION SELECT 'word', 'number')`,
      )
      .bind(count, desk, hex),
  ]);
}

const WORDS = 4_000;
const SECTIONS = 500;
const WORDS_IN_SECTION = 110;

/** A word of the made-up language, of 65,536; low numbers are common in a text, high ones rare, as Zipf found. */
export function word(number: number): string {
  const syllables = [
    "ba",
    "ke",
    "li",
    "mo",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "dra",
    "pel",
    "qui",
    "sto",
    "wen",
    "fli",
  ];
  const fourth = number >> 12;
  const parts = [number & 15, (number >> 4) & 15, (number >> 8) & 15, ...(fourth > 0 ? [fourth & 15] : [])];
  return parts.map((at) => syllables[at]).join("");
}

function markdown(random: () => number): string {
  const some = (count: number) =>
    Array.from({ length: count }, () => word(Math.floor(WORDS ** random()))).join(" ");
  const sections = Array.from({ length: SECTIONS }, () => `## ${some(3)}\n\n${some(WORDS_IN_SECTION)}.\n`);
  return `# ${some(4)}\n\n${sections.join("\n")}`;
}

/** Uploads made-up Markdown until the desk's index holds this many chunks, the way any client would. */
export async function fillIndex(client: Client, chunks: number): Promise<number> {
  const random = randomFrom(7);
  let filled = 0;
  for (let number = 1; filled < chunks; number += 1) {
    const document = await client.upload(new Blob([markdown(random)]), `made-up-${number}.md`);
    if (!document.job) throw new Error("The upload came back without a job.");
    const job = await watchJob(client, document.job.id, () => {});
    if (job.status !== "succeeded") throw new Error(`Filling the index failed: ${job.error?.message}`);
    filled += (await client.document(document.id)).chunk_count ?? 0;
  }
  return filled;
}
