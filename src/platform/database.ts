import type { Query } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { Cost } from "./cost.ts";

export type Database = DrizzleD1Database & { $client: D1Database };
/** A query that was built and not yet run: a builder's, or raw SQL's. */
export type Statement = { toSQL(): Query } | { getQuery(): Query };

/**
 * Drizzle over a D1 that counts. Rows come back as objects keyed by column name (only then does D1 tell what it
 * read), so a query over several tables must give each of its columns a name of its own.
 */
export function openDatabase(d1: D1Database, cost: Cost): Database {
  return drizzle(meteredDatabase(d1, cost));
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function count(cost: Cost, result: D1Result): void {
  cost.d1_queries += 1;
  cost.d1_rows_read += result.meta.rows_read;
  cost.d1_rows_written += result.meta.rows_written;
}

function meteredDatabase(d1: D1Database, cost: Cost): D1Database {
  return new Proxy(d1, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => meteredStatement(target.prepare(sql), cost);
      if (name === "batch") {
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements.map((one) => originals.get(one) ?? one));
          for (const result of results) count(cost, result);
          return results;
        };
      }
      return Reflect.get(target, name, target);
    },
  });
}

function meteredStatement(statement: D1PreparedStatement, cost: Cost): D1PreparedStatement {
  const all = async () => {
    const result = await statement.all<Record<string, unknown>>();
    count(cost, result);
    return result;
  };
  const metered = new Proxy(statement, {
    get(target, name) {
      if (name === "bind") {
        return (...values: unknown[]) => meteredStatement(target.bind(...withinLimit(values)), cost);
      }
      if (name === "all" || name === "run") return all;
      if (name === "raw") return async () => (await all()).results.map((row) => Object.values(row));
      return Reflect.get(target, name, target);
    },
  });
  originals.set(metered, statement);
  return metered;
}

/** What D1 binds in production; the local one takes more, so the guard is here. */
const MAX_BOUND = 100;

function withinLimit(values: unknown[]): unknown[] {
  if (values.length <= MAX_BOUND) return values;
  throw new Error(`a statement binds ${values.length} values, and D1 takes ${MAX_BOUND}`);
}

function prepare(db: Database, statement: Statement): D1PreparedStatement {
  const { params, sql } = "toSQL" in statement ? statement.toSQL() : statement.getQuery();
  return db.$client.prepare(sql).bind(...params);
}

/**
 * Runs the statements as one transaction and tells whether the first of them changed a row. Drizzle's own batch
 * takes no raw SQL with parameters, so the statements go to D1 as they were built.
 */
export async function runBatch(db: Database, ...statements: [Statement, ...Statement[]]): Promise<boolean> {
  const [first] = await db.$client.batch(statements.map((statement) => prepare(db, statement)));
  return (first?.meta.changes ?? 0) > 0;
}

/** The same for a batch of raw statements whose rows matter; each answers its own, as D1 has them. */
export async function queryBatch(
  db: Database,
  ...statements: [Statement, ...Statement[]]
): Promise<Record<string, unknown>[][]> {
  const results = await db.$client.batch<Record<string, unknown>>(
    statements.map((statement) => prepare(db, statement)),
  );
  return results.map(({ results: rows }) => rows);
}
