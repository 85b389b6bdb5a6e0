/** A4 in points, and the column that everything stands in. */
export const PAGE = { width: 595.28, height: 841.89, left: 51, right: 544.28, top: 76, bottom: 772 } as const;
export const COLUMN = PAGE.right - PAGE.left;
export const GUTTER = 18;

/** Apart in lightness as well as in hue, so that they stay apart for the colour-blind and in grey print. */
export const COLOURS = {
  ink: "#17202b",
  soft: "#5a6672",
  rule: "#cfd6dd",
  grid: "#e6eaee",
  panel: "#f3f5f8",
  paper: "#ffffff",
  strategy: "#0b3c6f",
  strategyTint: "#c9d8e8",
  other: "#e08a00",
  otherTint: "#fbe7c6",
  benchmark: "#8793a0",
} as const;

export interface Style {
  font: "regular" | "semibold";
  size: number;
  /** From line to line. */
  leading: number;
  colour: string;
}

const { ink, soft } = COLOURS;
export const STYLES = {
  title: { font: "semibold", size: 23, leading: 28, colour: ink },
  subtitle: { font: "regular", size: 11, leading: 15, colour: soft },
  heading: { font: "semibold", size: 15, leading: 20, colour: ink },
  subheading: { font: "semibold", size: 10, leading: 14, colour: ink },
  answer: { font: "semibold", size: 14, leading: 18, colour: ink },
  body: { font: "regular", size: 9, leading: 13, colour: ink },
  strong: { font: "semibold", size: 9, leading: 13, colour: ink },
  note: { font: "regular", size: 7.5, leading: 10.5, colour: soft },
  figure: { font: "semibold", size: 16, leading: 20, colour: ink },
  table: { font: "regular", size: 8, leading: 11, colour: ink },
  tableHead: { font: "semibold", size: 7.5, leading: 10.5, colour: soft },
  axis: { font: "regular", size: 7, leading: 9, colour: soft },
  small: { font: "regular", size: 6.5, leading: 8.5, colour: soft },
} as const satisfies Record<string, Style>;
