import { DurableObject } from "cloudflare:workers";
import { type Env, settingsOf } from "../../env.ts";
import { SECOND_MS, systemClock } from "../../platform/clock.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import { type DeskId, isId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import { type AuditRow, genesisOf, linkHash } from "./canonical.ts";
import { openKeys, type SignedHead, signHead, verifyHead } from "./heads.ts";
import { publishHead, readPublishedHead } from "./published-head.ts";
import { lastSealed, type Seal, sealRows, unsealedRows } from "./store.ts";

/** Rows that come within this time are sealed together, and the head in R2 moves no more often. */
const GATHER_MS = SECOND_MS;
const RETRY_MS = 5 * SECOND_MS;
const BATCH_ROWS = 200;
const MAX_BATCHES = 10;

interface ChainState {
  head: SignedHead | null;
  /** Places that have been given out and may not have reached D1 yet; nothing else is given out before they have. */
  pending: { seals: Seal[]; head: SignedHead } | null;
  /** Up to where the head in R2 has followed. */
  published_seq: number;
}

/** How far the chain is sealed, and how far the head in R2 has followed. */
export interface ChainStanding {
  head: SignedHead | null;
  published_seq: number;
}

/**
 * The chain of one desk's audit rows, named by the desk: the one that gives rows their places, hashes and signs them,
 * and that remembers its head whatever happens to the rows.
 */
export class AuditChain extends DurableObject<Env> {
  #turn: Promise<unknown> = Promise.resolve();

  /** Rows were written: they are sealed within a moment, together with what comes meanwhile. */
  async wake(): Promise<void> {
    await this.#plan(GATHER_MS);
  }

  /** Seals what is there (at most 2,000 rows at once, the rest follows by alarm) and tells how the chain stands. */
  async seal(): Promise<ChainStanding> {
    return await this.#inTurn(async () => {
      const more = await this.#sealWaiting();
      const { head, published_seq } = await this.#state();
      if (more || (head?.seq ?? 0) > published_seq) await this.#plan(more ? 0 : GATHER_MS);
      return { head, published_seq };
    });
  }

  override async alarm(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (await this.#sealWaiting()) await this.#plan(0);
        else await this.#publish();
      });
    } catch (error) {
      consoleLog().error("an audit chain could not be sealed", { desk: this.#desk, error });
      await this.#plan(RETRY_MS);
    }
  }

  /** One after the other: while one seals, D1 has rows that its own state doesn't know of yet. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return await mine;
  }

  /** Seals batch by batch; true where its share is done and rows are left. */
  async #sealWaiting(): Promise<boolean> {
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      await this.#writePending();
      const rows = await unsealedRows(this.#db, this.#desk, BATCH_ROWS);
      if (rows.length === 0) return false;
      await this.#assign(rows);
      await this.#writePending();
      if (rows.length < BATCH_ROWS) return false;
    }
    return true;
  }

  /** Gives the rows their places and keeps that before anybody hears of it, so that a repeat gives the same ones. */
  async #assign(rows: AuditRow[]): Promise<void> {
    const state = await this.#state();
    const [key] = settingsOf(this.env).AUDIT_KEYS;
    if (key === undefined) throw new Error("AUDIT_KEYS is empty");
    const desk = this.#desk;
    const first = (state.head?.seq ?? 0) + 1;
    let hash = state.head?.hash ?? genesisOf(desk);
    const seals = rows.map((row, index): Seal => {
      const seq = first + index;
      hash = linkHash(hash, { ...row, seq }, index === rows.length - 1);
      return { id: row.id, seq, hash, signature: null };
    });
    const at = systemClock.now();
    const head = await signHead(key, "row", { desk, seq: first + rows.length - 1, hash, at });
    const signed = seals.map((seal) =>
      seal.seq === head.seq ? { ...seal, signature: head.signature } : seal,
    );
    this.#save({ ...state, pending: { seals: signed, head } });
    await reach("chain.assigned", desk);
  }

  async #writePending(): Promise<void> {
    const { pending, published_seq } = await this.#state();
    if (pending === null) return;
    await sealRows(this.#db, this.#desk, pending.seals);
    await reach("chain.written", this.#desk);
    this.#save({ head: pending.head, pending: null, published_seq });
    await reach("chain.advanced", this.#desk);
  }

  /** Brings the head in R2 up to date. One there that is further than ours is evidence, and stays. */
  async #publish(): Promise<void> {
    const state = await this.#state();
    const { head, published_seq } = state;
    if (head === null || head.seq <= published_seq) return;
    const there = await readPublishedHead(this.env.FILES, await this.#keys(), this.#desk);
    const seq = there.head?.seq ?? 0;
    if (seq < published_seq || seq > head.seq) {
      consoleLog().error("the audit head in R2 is not the one that was put there", { desk: this.#desk, seq });
    }
    if (seq > head.seq) return;
    await publishHead(this.env.FILES, this.#desk, head);
    await reach("chain.published", this.#desk);
    this.#save({ ...state, published_seq: head.seq });
  }

  async #state(): Promise<ChainState> {
    return this.ctx.storage.kv.get<ChainState>("state") ?? (await this.#begin());
  }

  /**
   * Begins where the chain ends by what was signed before: at nothing for a new desk, and after a move to other
   * objects at the furthest head that R2 or the rows themselves still prove.
   */
  async #begin(): Promise<ChainState> {
    const keys = await this.#keys();
    const there = await readPublishedHead(this.env.FILES, keys, this.#desk);
    const signature = (await lastSealed(this.#db, this.#desk))?.signature ?? undefined;
    const last = signature === undefined ? undefined : await verifyHead(keys, ["row"], signature);
    const heads = [
      ...(there.head && there.signature ? [{ ...there.head, signature: there.signature }] : []),
      ...(last?.desk === this.#desk && signature ? [{ ...last, signature }] : []),
    ];
    const head = heads.sort((a, b) => b.seq - a.seq)[0] ?? null;
    return this.#save({ head, pending: null, published_seq: there.head?.seq ?? 0 });
  }

  #save(state: ChainState): ChainState {
    this.ctx.storage.kv.put("state", state);
    return state;
  }

  /** Sets the alarm, unless an earlier one stands. */
  async #plan(delay_ms: number): Promise<void> {
    const due = systemClock.now() + delay_ms;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > due) await this.ctx.storage.setAlarm(due);
  }

  get #db() {
    return openDatabase(this.env.DB, noCost());
  }

  get #desk(): DeskId {
    const { name } = this.ctx.id;
    if (name === undefined || !isId("dsk", name)) throw new Error("an audit chain is named by its desk");
    return name;
  }

  async #keys() {
    return await openKeys(settingsOf(this.env).AUDIT_KEYS);
  }
}
