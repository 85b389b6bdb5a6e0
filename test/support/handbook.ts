/** A Markdown text of many sections, so that its ingestion has several ranges. */
export function handbook(sections: number): string {
  return Array.from(
    { length: sections },
    (_, n) =>
      `# Rule ${n + 1}\n\nRule number ${n + 1} says that a position of size ${n + 1} is cut when the loss passes ` +
      `${n + 2} points, and that nobody argues with it.\n`,
  ).join("\n");
}
