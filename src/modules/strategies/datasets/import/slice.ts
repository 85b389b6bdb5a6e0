import { z } from "zod";
import { idSchema } from "../../../../platform/ids.ts";
import type { Slice } from "../../../jobs/define.ts";
import { importRequest } from "./schemas.ts";

export const importInput = z.strictObject({ dataset_id: idSchema("dst"), request: importRequest });
export type ImportInput = z.infer<typeof importInput>;

export const checkpoint = z.object({
  part: z.int(),
  token: z.string().nullable(),
  tries: z.int(),
  pages: z.int(),
  rows: z.int(),
});
export type ImportProgress = z.infer<typeof checkpoint>;
export type Import = Slice<ImportInput, ImportProgress>;
