export type CsvRefusalCode =
  | "empty"
  | "columns_missing"
  | "column_unknown"
  | "dates_unreadable"
  | "dates_ambiguous"
  | "dates_mixed"
  | "decimal_ambiguous"
  | "numbers_mixed"
  | "zone_unknown"
  | "too_many_rows"
  | "too_many_symbols"
  | "row_too_long"
  | "cell_too_long"
  | "cell_of_lines"
  | "no_rows";

/** A file that can't be read as bars: the message says what to do about it. */
export class CsvRefusal extends Error {
  override readonly name = "CsvRefusal";
  readonly code: CsvRefusalCode;
  /** The row it is about, the header's being 1. */
  readonly row: number | undefined;

  constructor(code: CsvRefusalCode, message: string, row?: number) {
    super(row === undefined ? message : `row ${row}: ${message}`);
    this.code = code;
    this.row = row;
  }
}
