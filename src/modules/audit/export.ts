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
  return streamOf(ctx, pagesOf(ctx, head ?? { desk, seq: 0, hash: genesisOf(desk), at: 0 }));
}

async function* pagesOf({ clock, db, desk, settings }: Ctx, head: Head): AsyncGenerator<string[]> {
  yield [headerLine(desk)];
  for (let from = 1; from <= head.seq; from += PAGE_PLACES) {
    const to = Math.min(head.seq, from + PAGE_PLACES - 1);
    const rows = await sealedRows(db, desk, from, to);
    if (rows.length > 0) yield rows.map(rowLine);
  }
  const [key] = settings.AUDIT_KEYS;
  if (key === undefined) throw new Error("AUDIT_KEYS is empty");
  const { signature } = await signHead(key, "export", { ...head, at: clock.now() });
  yield [closingLine(signature)];
}

/** A stream that asks for the next page only when the one before has been taken. */
function streamOf({ log }: Ctx, pages: AsyncGenerator<string[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pages.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(`${value.join("\n")}\n`));
        } catch (error) {
          log.error("an audit export broke off", { error });
          controller.error(error);
        }
      },
      async cancel() {
        await pages.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
