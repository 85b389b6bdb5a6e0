/** The same SQLite, which tells how many rows its cursors have read. A cursor counts once it was read to its end. */
export function countedSql(sql: SqlStorage): { sql: SqlStorage; rows(): number } {
  const cursors: { rowsRead: number }[] = [];
  const counted = new Proxy(sql, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== "exec" || typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const cursor = Reflect.apply(value, target, args);
        cursors.push(cursor);
        return cursor;
      };
    },
  });
  return { sql: counted, rows: () => cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0) };
}
