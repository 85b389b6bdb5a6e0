import { type Frame, isFinalFrame, type Watch } from "../support/watch.ts";
import type { Chance } from "./chance.ts";

/**
 * A client that loses its connection again and again, changes its transport and comes back with its last number. Tells
 * what was wrong with what it has seen: nothing if it was each event once up to the end.
 */
export async function followThroughStorm(
  chance: Chance,
  transports: Watch[],
  token: string,
  job: string,
): Promise<string | undefined> {
  let after: number | undefined;
  for (let connections = 0; connections < 200; connections += 1) {
    const watch = transports[chance.below(transports.length)];
    const watcher = await watch?.(token, job, after).catch(() => undefined);
    if (watcher === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const patience = 1 + chance.below(4);
    for (let n = 0; n < patience; n += 1) {
      const frame: Frame | undefined = await watcher.next().catch(() => undefined);
      if (frame?.seq === undefined) break;
      if (after !== undefined && frame.seq !== after + 1) return `saw ${frame.seq} after ${after}`;
      if (after === undefined && frame.type !== "snapshot") return `began with ${frame.type}`;
      after = frame.seq;
      if (isFinalFrame(frame)) return undefined;
    }
    await watcher.close().catch(() => {});
  }
  return `never saw the end, only ${after}`;
}
