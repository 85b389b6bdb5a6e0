import { is, Table } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { testEnv } from "../support/env.ts";
import "../support/sources.ts";

interface Column {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

const tables = Object.values(
  import.meta.glob<Record<string, unknown>>("../../src/**/tables.ts", { eager: true }),
)
  .flatMap((module) => Object.values(module))
  .filter((value): value is SQLiteTable => is(value, SQLiteTable))
  .map((table): [string, SQLiteTable] => [getTableConfig(table).name, table]);

const inDatabase = async <T>(sql: string, ...values: string[]) =>
  (
    await testEnv.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results;

function declaredColumns(table: SQLiteTable): Column[] {
  const { columns, primaryKeys } = getTableConfig(table);
  const composite = primaryKeys.flatMap((key) => key.columns.map(({ name }) => name));
  const keyPlace = (column: SQLiteColumn) => (column.primary ? 1 : composite.indexOf(column.name) + 1);
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    notnull: Number(column.notNull && !column.primary),
    pk: keyPlace(column),
  }));
}

describe("the tables in code and in the migrated database", () => {
  it("are the same ones", async () => {
    const rows = await inDatabase<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT IN ('d1_migrations', 'sqlite_sequence')",
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(tables.map(([name]) => name).sort());
  });

  it.each(tables)("%s: has the same columns, types, keys and nullability", async (name, table) => {
    const rows = await inDatabase<Column>(`SELECT name, type, "notnull", pk FROM pragma_table_info(?)`, name);
    const byName = (a: Column, b: Column) => a.name.localeCompare(b.name);
    const found = rows.map((row) => ({
      ...row,
      notnull: row.pk > 0 && declaredSingleKey(table) ? 0 : row.notnull,
    }));
    expect(found.sort(byName)).toEqual(declaredColumns(table).sort(byName));
  });

  it.each(tables)("%s: allows the same values in its enumerations", async (name, table) => {
    const [row] = await inDatabase<{ sql: string }>("SELECT sql FROM sqlite_master WHERE name = ?", name);
    for (const column of getTableConfig(table).columns) {
      const check = new RegExp(`CHECK \\(${column.name} IN\\s*\\(([^)]*)\\)`).exec(row?.sql ?? "")?.[1];
      const inSql = check?.match(/'[^']*'/g)?.map((value) => value.slice(1, -1));
      const inCode =
        column.enumValues === undefined || column.enumValues.length === 0 ? undefined : column.enumValues;
      if (inSql !== undefined) expect(inCode, column.name).toEqual(inSql);
    }
  });

  it.each(tables)("%s: has defaults for the same columns", async (name, table) => {
    const rows = await inDatabase<{ name: string; dflt_value: string | null }>(
      "SELECT name, dflt_value FROM pragma_table_info(?)",
      name,
    );
    for (const column of getTableConfig(table).columns) {
      const inSql = rows.find((row) => row.name === column.name)?.dflt_value ?? null;
      if (column.hasDefault && column.default !== undefined)
        expect(inSql?.replaceAll("'", ""), column.name).toBe(
          typeof column.default === "object" ? JSON.stringify(column.default) : String(column.default),
        );
    }
  });

  it("belong to a desk, unless they are the directory or wait for a sweep", () => {
    const without = tables.filter(([, table]) => !("desk_id" in table)).map(([name]) => name);
    expect(without.sort()).toEqual([
      "bootstrap_uses",
      "desks",
      "known_networks",
      "login_guards",
      "mailed_proofs",
      "mfa_challenges",
      "mfa_factors",
      "pending_uploads",
      "recovery_codes",
      "standing_changes",
      "users",
    ]);
    expect(tables.every(([, table]) => is(table, Table))).toBe(true);
  });
});

function declaredSingleKey(table: SQLiteTable): boolean {
  return getTableConfig(table).columns.some(({ primary }) => primary);
}
