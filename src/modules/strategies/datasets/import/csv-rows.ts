import { type Columns, type CsvMapping, columnsOf, type Role } from "../../bars/csv/mapping.ts";
import { CsvRefusal } from "../../bars/csv/refusal.ts";
import { CsvRows } from "../../bars/csv/rows.ts";
import { cellOf, type ProviderRow, textOf, UnreadableAnswer } from "./provider.ts";

/** The bars of a CSV answer, by the mapping or its header. Without a row the answer has no bars, whatever its header. */
export function csvRows(answer: Uint8Array, symbol: string, mapping: CsvMapping): ProviderRow[] {
  const text = textOf(answer);
  if (/^\s*</.test(text)) throw new UnreadableAnswer("is a web page and no CSV");
  const lines = new CsvRows();
  const rows: ProviderRow[] = [];
  let columns: Columns | undefined;
  try {
    for (const complete of [lines.take(text), lines.end()]) {
      for (const { cells } of complete) {
        const isFirst = columns === undefined;
        columns ??= columnsOf(cells, mapping);
        if (!isFirst || !columns.hasHeader) rows.push(rowOf(cells, columns, symbol));
      }
    }
  } catch (error) {
    // The refusal's own words quote the file, which here is somebody's answer.
    if (error instanceof CsvRefusal)
      throw new UnreadableAnswer("is no CSV with a date, open, high, low and close");
    throw error;
  }
  return rows;
}

function rowOf(cells: readonly string[], { at }: Columns, symbol: string): ProviderRow {
  const cell = (role: Role) => cellOf(cells[at[role] ?? -1]);
  return {
    ...{ symbol, date: cell("date"), time: cell("time") },
    ...{
      open: cell("open"),
      high: cell("high"),
      low: cell("low"),
      close: cell("close"),
      volume: cell("volume"),
    },
  };
}
