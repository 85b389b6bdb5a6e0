import { loggedFailure, textStream } from "../../http/streams.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { genesisOf } from "./canonical.ts";
import { chainOf } from "./chains.ts";
import { closingLine, headerLine, rowLine } from "./export-format.ts";
import { type Head, signHead } from "./heads.ts";
import { PAGE_PLACES, sealedRows } from "./store.ts";

/**
 * The whole chain as NDJSON for the offline verifier, as it stands after a seal. Pages are read as the client takes
 * them; an export that was cut short has no closing line.
 */
export async function exportAudit(ctx: Ctx): Promise<ReadableStream<Uint8Array>> {
  requirePermission(ctx, "audit:read");
  const { head } = await chainOf(ctx, ctx.desk).seal();
  const { desk } = ctx;
  const pages = pagesOf(ctx, head ?? { desk, seq: 0, hash: genesisOf(desk), at: 0 });
  return textStream(loggedFailure(ctx.log, pages));
}

async function* pagesOf({ clock, db, desk, settings }: Ctx, head: Head): AsyncGenerator<string> {
  yield `${headerLine(desk)}\n`;
  for (let from = 1; from <= head.seq; from += PAGE_PLACES) {
    const to = Math.min(head.seq, from + PAGE_PLACES - 1);
    const rows = await sealedRows(db, desk, from, to);
    if (rows.length > 0) yield `${rows.map(rowLine).join("\n")}\n`;
  }
  const [key] = settings.AUDIT_KEYS;
  if (key === undefined) throw new Error("AUDIT_KEYS is empty");
  const { signature } = await signHead(key, "export", { ...head, at: clock.now() });
  yield `${closingLine(signature)}\n`;
}
