import { SECOND_MS } from "../../platform/clock.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type LedgerApi, ledgerOf } from "./quota-ledgers.ts";
import { dayOf, type Quota, type Settlement, wantedUnits } from "./quota-policy.ts";

/** After this an isolate gives back what it has not used: calls have become rarer than when it leased. */
const HELD_MS = 10 * SECOND_MS;
/** An answer that takes longer belongs to a request that was cut, so another one may ask for a large block. */
const ASKING_MS = SECOND_MS;
const MAX_HOLDINGS = 5_000;

interface Block {
  lease: string;
  day: string;
  limit: number | null;
  granted: number;
  free: number;
  used: number;
  leased_at: number;
  /** What the ledger had left when it gave this block. */
  remaining: number | null;
  /** The ledger has been told; what still comes back is told it one by one. */
  settled: boolean;
}

/** What this isolate holds of one desk's quota, and how fast it takes from it. */
interface Holding {
  blocks: Block[];
  size: number;
  taken: number;
  since: number;
  asking_since: number;
}

/** One unit of a quota, reserved. Ending it a second time does nothing. */
export interface Unit {
  remaining: number | null;
  /** Kept where the work was done, else given back. */
  end(kept: boolean): void;
}

interface Wanted {
  desk: DeskId;
  quota: Quota;
  /** What the desk's plan gives now; a block that was leased under another limit is given back. */
  limit: number | null;
}

/**
 * The blocks of quota that this isolate has leased. A unit comes from memory while there is one; else one call of the
 * desk's ledger leases the next block. An isolate that dies wastes its block, about a second of its own demand.
 */
export class QuotaBlocks {
  readonly #ledgerOf: (platform: Platform, desk: DeskId) => LedgerApi;
  readonly #holdings = new Map<string, Holding>();

  constructor(ledger: (platform: Platform, desk: DeskId) => LedgerApi) {
    this.#ledgerOf = ledger;
  }

  /** Reserves a unit; undefined where the quota is used up. */
  async take(platform: Platform, wanted: Wanted): Promise<Unit | undefined> {
    const holding = this.#holdingOf(wanted);
    const now = platform.clock.now();
    const block = holding.blocks.find((one) => isUsable(one, wanted, now));
    holding.taken += 1;
    if (block === undefined) return await this.#leaseUnit(platform, wanted, holding);
    block.free -= 1;
    return this.#unitOf(platform, wanted, holding, block);
  }

  /** Takes everything out of this isolate's hands; the answer is for the ledger, to be sent once. */
  release(desk: DeskId, quota: Quota): Settlement[] {
    const holding = this.#holdings.get(`${desk}/${quota}`);
    return holding === undefined ? [] : settleWhere(holding, () => true);
  }

  async #leaseUnit(platform: Platform, wanted: Wanted, holding: Holding): Promise<Unit | undefined> {
    const { desk, limit, quota } = wanted;
    const now = platform.clock.now();
    const asking_ms = now - holding.asking_since;
    // Of requests that find nothing at once, the first leases ahead and each other one for itself.
    const ahead = asking_ms < 0 || asking_ms >= ASKING_MS;
    const order = { quota, day: dayOf(now), limit, wanted: ahead ? nextSize(holding, now) : 1 };
    if (ahead) Object.assign(holding, { asking_since: now, since: now, taken: 0 });
    const ended = settleWhere(holding, (one) => isEnded(one, wanted, now));
    try {
      const { lease, remaining, units } = await this.#ledgerOf(platform, desk).lease(order, ended);
      if (ahead) holding.size = Math.max(1, units);
      if (units === 0) return undefined;
      const counts = { granted: units, free: units - 1, used: 0, remaining };
      const block = { lease, day: order.day, limit, leased_at: now, settled: false, ...counts };
      holding.blocks.push(block);
      return this.#unitOf(platform, wanted, holding, block);
    } finally {
      if (ahead) holding.asking_since = Number.NEGATIVE_INFINITY;
    }
  }

  #unitOf(platform: Platform, { desk }: Wanted, holding: Holding, block: Block): Unit {
    let ended = false;
    return {
      remaining: block.remaining === null ? null : block.remaining + block.free,
      end: (kept) => {
        if (ended) return;
        ended = true;
        if (kept) block.used += 1;
        else if (block.granted > 1 && !block.settled) block.free += 1;
        else {
          // A single unit may be the last one: somebody else's call may want it.
          settleWhere(holding, (one) => one === block);
          const back = [{ lease: block.lease, used: 0, returned: 1 }];
          platform.defer(this.#ledgerOf(platform, desk).settle(back));
        }
      },
    };
  }

  #holdingOf({ desk, quota }: Wanted): Holding {
    const key = `${desk}/${quota}`;
    const known = this.#holdings.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#holdings.keys();
    if (oldest !== undefined && this.#holdings.size >= MAX_HOLDINGS) this.#holdings.delete(oldest);
    const never = Number.NEGATIVE_INFINITY;
    const made: Holding = { blocks: [], size: 1, taken: 0, since: never, asking_since: never };
    this.#holdings.set(key, made);
    return made;
  }
}

/** The blocks of this isolate. */
export const quotaBlocks = new QuotaBlocks(ledgerOf);

const nextSize = ({ since, size, taken }: Holding, now: number): number =>
  wantedUnits({ size, taken, elapsed_ms: now - since });

function isCurrent({ day, leased_at, limit }: Block, wanted: Wanted, now: number): boolean {
  const age_ms = now - leased_at;
  return age_ms >= 0 && age_ms < HELD_MS && day === dayOf(now) && limit === wanted.limit;
}

const isUsable = (block: Block, wanted: Wanted, now: number): boolean =>
  block.free > 0 && isCurrent(block, wanted, now);

/** Used up and done with, or no longer current; calls that still run keep what is used up open for them. */
const isEnded = (block: Block, wanted: Wanted, now: number): boolean =>
  !isCurrent(block, wanted, now) || block.used === block.granted;

/** Forgets the blocks, so that nothing more is taken from them, and tells what the ledger must hear. */
function settleWhere(holding: Holding, isMeant: (block: Block) => boolean): Settlement[] {
  const meant = holding.blocks.filter(isMeant);
  holding.blocks = holding.blocks.filter((block) => !isMeant(block));
  for (const block of meant) block.settled = true;
  return meant.map(({ free, lease, used }) => ({ lease, used, returned: free }));
}
