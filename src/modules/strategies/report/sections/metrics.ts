import type { ReportContent } from "../content.ts";
import { NONE } from "../format.ts";
import { METRIC_GROUPS, METRICS } from "../metric-catalogue.ts";
import { subheading } from "../page/headings.ts";
import type { Paper } from "../page/paper.ts";
import { STYLES } from "../page/style.ts";
import { drawTable } from "../page/table.ts";

/** Every figure with its formula; one that has no value says why. */
export function drawMetrics(paper: Paper, { measures }: ReportContent): void {
  for (const { names, title } of METRIC_GROUPS) {
    subheading(paper, title);
    drawTable(
      paper,
      [
        { title: "Figure", share: 30 },
        { title: "Value", share: 18, align: "right" },
        { title: "Formula, or why there is no value", share: 52 },
      ],
      names.map((name) => {
        const value = measures.values[name];
        const { formula, show, title: figure } = METRICS[name];
        const reason = measures.reasons[name] ?? "unknown";
        return [
          figure,
          {
            text: value === null ? NONE : show(value),
            style: { ...STYLES.table, font: "semibold" as const },
          },
          {
            text: value === null ? `No value: ${reason}` : formula,
            style: STYLES.note,
          },
        ];
      }),
      { lines: 2 },
    );
    paper.y += 14;
  }
}
