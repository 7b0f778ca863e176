/** The files in `docs`, as they were when the app was built; in development as they are. */
const files: Readonly<Record<string, string>> = import.meta.glob("../docs/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Names and texts of the files that come with the app. */
export const shelf: readonly (readonly [name: string, text: string])[] = Object.entries(files).map(
  ([path, text]) => [path.replace("../docs/", ""), text],
);
