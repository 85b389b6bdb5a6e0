import { z } from "zod";
import type { DeskId, RunId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { runKey } from "../runs/object-keys.ts";
import { decodeTrials, encodeTrials, type Trial, type TrialShape, trialBytes } from "./trial-rows.ts";

/** Bars times trials of the fast path in a block, so that a block is a few tenths of a second whatever the bars and figures. */
const BLOCK_BARS = 16_000_000;
const LARGEST_BLOCK = 8_192;
const SMALLEST_BLOCK = 16;

/** Trials of a block: all blocks but the last are full, so that where a trial stands follows from its number. */
export const blockSize = (bars: number, cost: number): number =>
  Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, Math.floor(BLOCK_BARS / (bars * cost))));

const layout = z.object({
  shape: z.object({ dimensions: z.int(), objectives: z.int() }),
  size: z.int(),
  years: z.number(),
});
type Layout = z.infer<typeof layout>;

const layoutKey = (desk: DeskId, run: RunId): string => runKey(desk, run, "trials/layout.json");

/** The log of a run, by what it tells of itself; undefined before its first trial. */
export async function openTrialLog(
  platform: Platform,
  desk: DeskId,
  run: RunId,
): Promise<{ log: TrialLog; years: number } | undefined> {
  const object = await platform.files.get(layoutKey(desk, run));
  if (object === null) return undefined;
  const told = layout.parse(await object.json());
  return { log: new TrialLog(platform, desk, run, told), years: told.years };
}

/** The trials of a search as objects in R2, a block each. A block that is written again has the same bytes. */
export class TrialLog {
  readonly #platform: Platform;
  readonly #desk: DeskId;
  readonly #run: RunId;
  readonly #shape: TrialShape;
  readonly #size: number;

  constructor(
    platform: Platform,
    desk: DeskId,
    run: RunId,
    { shape, size }: { shape: TrialShape; size: number },
  ) {
    this.#platform = platform;
    this.#desk = desk;
    this.#run = run;
    this.#shape = shape;
    this.#size = size;
  }

  /** Notes how it is laid out and of how many years its figures are, for whoever reads it without the search. */
  async begin(years: number): Promise<void> {
    const told: Layout = { shape: this.#shape, size: this.#size, years };
    await this.#platform.files.put(layoutKey(this.#desk, this.#run), JSON.stringify(told));
  }

  async write(trials: readonly Trial[]): Promise<void> {
    const [first] = trials;
    if (first === undefined) return;
    await this.#platform.files.put(this.#key(first.trial / this.#size), encodeTrials(trials, this.#shape));
  }

  /** The first `count` trials, a block at a time. */
  async *read(count: number): AsyncGenerator<Trial> {
    for (let block = 0; block * this.#size < count; block += 1) {
      const object = await this.#platform.files.get(this.#key(block));
      if (object === null) throw new Error(`block ${block} of ${this.#run} is gone`);
      yield* decodeTrials(await object.arrayBuffer(), this.#shape, block * this.#size);
    }
  }

  /** `count` trials from `first` on, all of which must be there; each block is read by range. */
  async page(first: number, count: number): Promise<Trial[]> {
    const width = trialBytes(this.#shape);
    const trials: Trial[] = [];
    for (let at = first; at < first + count; ) {
      const block = Math.floor(at / this.#size);
      const from = at - block * this.#size;
      const rows = Math.min(this.#size - from, first + count - at);
      const range = { offset: from * width, length: rows * width };
      const object = await this.#platform.files.get(this.#key(block), { range });
      if (object === null) break;
      trials.push(...decodeTrials(await object.arrayBuffer(), this.#shape, at));
      at += rows;
    }
    return trials;
  }

  #key(block: number): string {
    return runKey(this.#desk, this.#run, `trials/${String(block).padStart(6, "0")}`);
  }
}
