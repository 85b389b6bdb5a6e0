/** Where the bars of a data set come from. */
export const SOURCES = ["upload", "import", "sample", "resample"] as const;
