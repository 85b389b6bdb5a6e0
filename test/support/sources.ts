/** Tests run in workerd, which has no file system: the bundler puts the files of the project into them. */
declare global {
  interface ImportMeta {
    glob<T>(
      patterns: string | string[],
      options: { eager: true; query?: string; import?: string },
    ): Record<string, T>;
  }
}

/** The text of every TypeScript file of the product, by its path below `src/`. */
export const sources: Record<string, string> = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true }),
  ).map(([path, text]) => [path.replace("../../src/", ""), text]),
);

/** The deployment's configuration as it is written. */
export const wranglerConfig: string =
  Object.values(
    import.meta.glob<string>("../../wrangler.toml", { query: "?raw", import: "default", eager: true }),
  )[0] ?? "";
