/** Bars, or returns, from one place up to another, that one not included. */
export interface Span {
  from: number;
  to: number;
}

export const lengthOf = ({ from, to }: Span): number => Math.max(0, to - from);
