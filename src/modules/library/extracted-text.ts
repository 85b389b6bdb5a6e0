import { z } from "zod";
import type { DeskId, DocumentId, JobId } from "../../platform/ids.ts";
import { keyPages } from "../../platform/objects.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Unit } from "./formats/document.ts";
import { documentPrefix, textKey, textPrefix } from "./object-keys.ts";

/** The extracted text of a document: what the search index is derived from, in R2, in parts of some units. */

const unitShape = z.object({
  index: z.number(),
  place: z.union([
    z.object({ page: z.number() }),
    z.object({ chapter: z.number(), heading: z.string() }),
    z.object({ cell: z.number() }),
    z.object({ heading: z.string() }),
  ]),
  text: z.string(),
  headings: z.array(z.object({ level: z.number(), title: z.string(), start: z.number() })),
  above: z.array(z.object({ level: z.number(), title: z.string() })).exactOptional(),
}) satisfies z.ZodType<Unit>;

const partShape = z.object({
  version: z.literal(1),
  from: z.number(),
  to: z.number(),
  units: z.array(unitShape),
});
export type TextPart = z.infer<typeof partShape>;

export async function writeTextPart(
  { files }: Platform,
  desk: DeskId,
  document: DocumentId,
  build: JobId,
  part: Omit<TextPart, "version">,
): Promise<void> {
  await files.put(textKey(desk, document, build, part.from), JSON.stringify({ version: 1, ...part }));
}

/** The keys of a build's parts, in reading order. */
export async function textPartKeys(
  { files }: Platform,
  desk: DeskId,
  document: DocumentId,
  build: JobId,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of keyPages(files, textPrefix(desk, document, build))) keys.push(...page);
  return keys;
}

export async function readTextPart({ files }: Platform, key: string): Promise<TextPart | undefined> {
  const object = await files.get(key);
  return object === null ? undefined : partShape.parse(await object.json());
}

/** Deletes the text of every build of a document but this one. */
export async function deleteOtherBuilds(
  { files }: Platform,
  desk: DeskId,
  document: DocumentId,
  kept: JobId,
): Promise<void> {
  const keep = textPrefix(desk, document, kept);
  for await (const page of keyPages(files, `${documentPrefix(desk, document)}text/`)) {
    const others = page.filter((key) => !key.startsWith(keep));
    if (others.length > 0) await files.delete(others);
  }
}
