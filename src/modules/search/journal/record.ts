import type { UserId } from "../../../platform/ids.ts";
import type { Mode } from "../index/types.ts";
import type { Intent } from "../text/intents.ts";
import { Completions } from "./completions.ts";
import {
  type Counted,
  count,
  type Figures,
  KINDS,
  type Kind,
  LONGEST,
  noFigures,
  normalised,
  WINDOW_MS,
  WINDOWS,
  type Window,
} from "./policy.ts";
import { SCHEMA } from "./schema.ts";
import type { SearchEntry } from "./types.ts";

/** A window's figures, and up to when what was searched has left it. */
export interface WindowState {
  cutoff: number;
  figures: Figures;
}
export type WindowStates = Record<Window, WindowState>;

/** How many of the oldest searches leave a window in one step. */
const STEP = 2_000;
const STATES = "windows";

type AskerRow = { asked_at: number; missed_at: number | null; found: number };
type QueryRow = Record<`${Kind}_${Window}`, number> & { id: number; found: number };
type SearchRow = {
  at: number;
  user: string;
  intent: Intent;
  mode: Mode;
  missed: number;
  cached: number;
  took_ms: number;
};
type Leaving = { query: number; askers: number };

const statesAtFirst = (): WindowStates => ({
  "1h": { cutoff: 0, figures: noFigures() },
  "24h": { cutoff: 0, figures: noFigures() },
  "7d": { cutoff: 0, figures: noFigures() },
  "30d": { cutoff: 0, figures: noFigures() },
});

/**
 * The searches of the last 30 days. Each enters every window when it is noted and leaves each when it has grown too
 * old for it, so that the figures of a window are always at hand. To be called inside one transaction.
 */
export class JournalRecord {
  readonly completions: Completions;
  readonly #sql: SqlStorage;
  readonly #kv: DurableObjectStorage["kv"];

  constructor({ kv, sql }: Pick<DurableObjectStorage, "kv" | "sql">) {
    this.#sql = sql;
    this.#kv = kv;
    sql.exec(SCHEMA);
    this.completions = new Completions(sql);
  }

  get states(): WindowStates {
    return this.#kv.get<WindowStates>(STATES) ?? statesAtFirst();
  }

  note(entry: SearchEntry): void {
    const text = normalised(entry.query);
    const states = this.states;
    const { at, cached, intent, mode, user } = entry;
    if (text === "" || at <= states[LONGEST].cutoff) return;
    const took_ms = Math.max(0, Math.round(entry.took_ms));
    const search: Counted = {
      at,
      intent,
      mode,
      cached,
      missed: entry.total === 0,
      took_ms,
    };
    const open = WINDOWS.filter((window) => at > states[window].cutoff);
    for (const window of open) count(states[window].figures, search, 1);
    this.#log(user, search);
    this.#countPerson(user, open, states);
    this.#countAsker(user, text, search, states);
    this.#kv.put(STATES, states);
  }

  /**
   * Lets what is older than the window leave it, a step of the oldest at a time; true where more is left to leave.
   * What leaves the longest window is forgotten, so it goes last.
   */
  advance(window: Window, now: number): boolean {
    const states = this.states;
    const state = states[window];
    const end = now - WINDOW_MS[window];
    if (end <= state.cutoff) return false;
    const begin = state.cutoff;
    const step_end = this.#endOfStep(begin, end);
    state.cutoff = step_end;
    this.#searchesLeave(window, begin, state);
    for (const kind of KINDS) {
      const leaving = this.#sql
        .exec<Leaving>(
          `SELECT query, count(*) AS askers FROM askers WHERE ${kind}_at > ? AND ${kind}_at <= ? GROUP BY query`,
          ...[begin, step_end],
        )
        .toArray();
      this.#askersLeave(kind, window, leaving, state.figures);
    }
    if (window === LONGEST) this.#drop(step_end);
    this.#kv.put(STATES, states);
    return step_end < end;
  }

  /** Forgets who a person is: what they asked and how often goes, the numbers of searches stay without a name. */
  forget(user: UserId): void {
    const states = this.states;
    for (const window of WINDOWS) {
      const { cutoff, figures } = states[window];
      for (const kind of KINDS) {
        const leaving = this.#sql
          .exec<Leaving>(
            `SELECT query, 1 AS askers FROM askers WHERE user = ? AND ${kind}_at > ?`,
            ...[user, cutoff],
          )
          .toArray();
        this.#askersLeave(kind, window, leaving, figures);
      }
      const searched = `SELECT 1 FROM people WHERE user = ? AND "searches_${window}" > 0`;
      figures.users -= this.#sql.exec(searched, user).toArray().length;
    }
    this.#sql.exec(
      `DELETE FROM queries WHERE id IN (SELECT query FROM askers WHERE user = ?) AND "asked_${LONGEST}" = 0`,
      user,
    );
    this.#sql.exec("DELETE FROM askers WHERE user = ?", user);
    this.#sql.exec("DELETE FROM people WHERE user = ?", user);
    this.#sql.exec("UPDATE searches SET user = '' WHERE user = ?", user);
    this.#kv.put(STATES, states);
  }

  /** When something next leaves a window; undefined where nothing is in any. */
  nextLeave(): number | undefined {
    const states = this.states;
    const times = WINDOWS.flatMap((window) =>
      this.#sql
        .exec<{ at: number }>(
          "SELECT at FROM searches WHERE at > ? ORDER BY at LIMIT 1",
          states[window].cutoff,
        )
        .toArray()
        .map(({ at }) => at + WINDOW_MS[window]),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #log(user: UserId, { at, cached, intent, missed, mode, took_ms }: Counted): void {
    this.#sql.exec(
      `INSERT INTO searches (at, n, user, intent, mode, missed, cached, took_ms)
       VALUES (?1, (SELECT coalesce(max(n) + 1, 0) FROM searches WHERE at = ?1), ?, ?, ?, ?, ?, ?)`,
      ...[at, user, intent, mode, Number(missed), Number(cached), took_ms],
    );
  }

  #countPerson(user: UserId, open: Window[], states: WindowStates): void {
    const more = (window: Window) => (open.includes(window) ? 1 : 0);
    const columns = WINDOWS.map((window) => `"searches_${window}"`);
    const counts = this.#sql
      .exec<Record<string, number>>(
        `INSERT INTO people (user, ${columns.join(", ")}) VALUES (?, ${columns.map(() => "?").join(", ")})
         ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = ${column} + excluded.${column}`).join(", ")}
         RETURNING ${columns.join(", ")}`,
        ...[user, ...WINDOWS.map(more)],
      )
      .one();
    for (const window of open) if (counts[`searches_${window}`] === 1) states[window].figures.users += 1;
  }

  #countAsker(user: UserId, text: string, { at, missed }: Counted, states: WindowStates): void {
    const found = missed ? 0 : 1;
    const before = this.#sql
      .exec<AskerRow>("SELECT asked_at, missed_at, found FROM askers WHERE user = ? AND text = ?", user, text)
      .toArray()[0];
    const query = this.#queryOf(text);
    this.#sql.exec(
      `INSERT INTO askers (user, text, query, found, asked_at, missed_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET found = max(found, excluded.found), asked_at = max(asked_at, excluded.asked_at),
         missed_at = coalesce(max(missed_at, excluded.missed_at), missed_at, excluded.missed_at)`,
      ...[user, text, query.id, found, at, missed ? at : null],
    );
    const was = { users: query[`asked_${LONGEST}`], found: query.found === 1 };
    for (const kind of missed ? KINDS : (["asked"] as const)) {
      const last = before?.[`${kind}_at`] ?? 0;
      const entered = WINDOWS.filter((window) => at > states[window].cutoff && last <= states[window].cutoff);
      for (const window of entered) {
        if (kind === "asked" && query[`asked_${window}`] === 0) states[window].figures.queries += 1;
        query[`${kind}_${window}`] += 1;
      }
      const columns = WINDOWS.map((window): `${Kind}_${Window}` => `${kind}_${window}`);
      this.#sql.exec(
        `UPDATE queries SET found = max(found, ?), ${kind}_at = max(${kind}_at, ?),
           ${columns.map((column) => `"${column}" = ?`).join(", ")} WHERE id = ?`,
        ...[found, at, ...columns.map((column) => query[column]), query.id],
      );
    }
    this.completions.follow(text, was, {
      users: query[`asked_${LONGEST}`],
      found: was.found || found === 1,
    });
  }

  #queryOf(text: string): QueryRow {
    const known = this.#sql.exec<QueryRow>("SELECT * FROM queries WHERE text = ?", text).toArray()[0];
    return known ?? this.#sql.exec<QueryRow>("INSERT INTO queries (text) VALUES (?) RETURNING *", text).one();
  }

  /** The end of a span that holds about `STEP` searches, and all of any one moment. */
  #endOfStep(begin: number, end: number): number {
    const last = this.#sql
      .exec<{ at: number }>(
        "SELECT at FROM searches WHERE at > ? AND at <= ? ORDER BY at LIMIT 1 OFFSET ?",
        ...[begin, end, STEP - 1],
      )
      .toArray()[0];
    return last?.at ?? end;
  }

  #searchesLeave(window: Window, begin: number, { cutoff, figures }: WindowState): void {
    const rows = this.#sql
      .exec<SearchRow>(
        "SELECT at, user, intent, mode, missed, cached, took_ms FROM searches WHERE at > ? AND at <= ?",
        ...[begin, cutoff],
      )
      .toArray();
    for (const row of rows) {
      count(figures, { ...row, missed: row.missed === 1, cached: row.cached === 1 }, -1);
    }
    for (const [user, searches] of Map.groupBy(rows, (row) => row.user)) {
      const left = this.#sql
        .exec<{ left: number }>(
          `UPDATE people SET "searches_${window}" = "searches_${window}" - ? WHERE user = ?
           RETURNING "searches_${window}" AS left`,
          ...[searches.length, user],
        )
        .toArray()[0]?.left;
      if (left === 0) figures.users -= 1;
    }
  }

  #askersLeave(kind: Kind, window: Window, leaving: Leaving[], figures: Figures): void {
    const column = `"${kind}_${window}"`;
    for (const { askers, query } of leaving) {
      const { found, left, text } = this.#sql
        .exec<{ left: number; text: string; found: number }>(
          `UPDATE queries SET ${column} = ${column} - ? WHERE id = ? RETURNING ${column} AS left, text, found`,
          ...[askers, query],
        )
        .one();
      if (kind !== "asked") continue;
      if (left === 0) figures.queries -= 1;
      if (window !== LONGEST) continue;
      const known = found === 1;
      this.completions.follow(text, { users: left + askers, found: known }, { users: left, found: known });
    }
  }

  #drop(cutoff: number): void {
    this.#sql.exec("DELETE FROM searches WHERE at <= ?", cutoff);
    const dropped = this.#sql
      .exec<{ query: number }>("DELETE FROM askers WHERE asked_at <= ? RETURNING query", cutoff)
      .toArray();
    this.#sql.exec("UPDATE askers SET missed_at = NULL WHERE missed_at <= ?", cutoff);
    this.#sql.exec(
      `DELETE FROM queries WHERE id IN (SELECT value FROM json_each(?)) AND "asked_${LONGEST}" = 0`,
      JSON.stringify(dropped.map(({ query }) => query)),
    );
    this.#sql.exec(`DELETE FROM people WHERE "searches_${LONGEST}" = 0`);
  }
}
