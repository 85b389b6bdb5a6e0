/** Where something stands in a script, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A script that is no Pine, is beyond the subset, or asks for too much; says where. */
export class PineFault extends Error {
  override readonly name = "PineFault";
  readonly line: number;
  readonly column: number;

  constructor(message: string, { line, column }: Place) {
    super(`line ${line}, column ${column}: ${message}`);
    this.line = line;
    this.column = column;
  }
}
