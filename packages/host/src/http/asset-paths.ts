import type { HtmlHandling } from "../config/wrangler.ts";

/** What a path means in a folder of files. Paths begin with `/` and are decoded. */
export type AssetMatch =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "redirect"; readonly to: string };

type Has = (path: string) => boolean;

/**
 * Finds the file for a path. A page has one canonical address, to which its others redirect. A page
 * whose address another file has taken is found under its own name only.
 *
 * @param has whether there is a file of exactly that path.
 */
export function matchAsset(
  requested: string,
  has: Has,
  handling: HtmlHandling,
): AssetMatch | undefined {
  const path = requested.replace(/\/{2,}/g, "/");
  const found = handling === "none" ? exactly(path, has) : findPage(path, has, handling);
  if (!found) return undefined;
  if (found.address === requested) return { type: "file", path: found.file };
  return { type: "redirect", to: found.address };
}

interface Found {
  readonly file: string;
  /** Where the file is served. */
  readonly address: string;
}

function exactly(path: string, has: Has): Found | undefined {
  return has(path) ? { file: path, address: path } : undefined;
}

function findPage(path: string, has: Has, handling: HtmlHandling): Found | undefined {
  if (!path.endsWith(".html") && has(path)) return { file: path, address: path };
  for (const file of candidates(path, handling)) {
    if (!has(file)) continue;
    const address = addressOf(file, has, handling);
    // A page under its own name is no other address of itself.
    if (address !== file || file === path) return { file, address };
  }
  return undefined;
}

/** The pages that a path may mean, the likeliest first. */
function candidates(path: string, handling: HtmlHandling): string[] {
  if (path.endsWith("/index.html")) return pages(path.slice(0, -11), true);
  if (path.endsWith(".html")) return [...pages(path.slice(0, -5), false), `${path}/index.html`];
  const dropsSlash = handling === "drop-trailing-slash";
  if (path.endsWith("/index")) return pages(path.slice(0, -6), !dropsSlash);
  if (path.endsWith("/")) return pages(path.slice(0, -1), !dropsSlash);
  return pages(path, handling === "force-trailing-slash");
}

function pages(stem: string, folderFirst: boolean): string[] {
  if (stem === "") return ["/index.html"];
  const both = [`${stem}.html`, `${stem}/index.html`];
  return folderFirst ? both.reverse() : both;
}

function addressOf(file: string, has: Has, handling: HtmlHandling): string {
  if (file === "/index.html") return "/";
  const isFolder = file.endsWith("/index.html");
  const stem = isFolder ? file.slice(0, -11) : file.slice(0, -5);
  const slash =
    handling === "force-trailing-slash" || (isFolder && handling !== "drop-trailing-slash");
  const isTaken = slash
    ? !isFolder && has(`${stem}/index.html`)
    : has(stem) || (isFolder && has(`${stem}.html`));
  if (isTaken) return file;
  return slash ? `${stem}/` : stem;
}

/** The decoded path of a URL, or `undefined` when it cannot be the name of a file. */
export function decodedPath(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const segments = path.split("/");
  if (path.includes("\0") || path.includes("\\")) return undefined;
  return segments.includes("..") || segments.includes(".") ? undefined : path;
}

/** A decoded path as it stands in a URL. */
export function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Who answers a path before any file is looked for; `undefined` when no pattern says so. */
export function workerFirst(
  setting: boolean | readonly string[],
): (pathname: string) => "worker" | "assets" | undefined {
  if (typeof setting === "boolean") return () => (setting ? "worker" : undefined);
  const excluded = setting.filter((one) => one.startsWith("!")).map((one) => glob(one.slice(1)));
  const included = setting.filter((one) => !one.startsWith("!")).map(glob);
  return (pathname) => {
    if (excluded.some((pattern) => pattern.test(pathname))) return "assets";
    return included.some((pattern) => pattern.test(pathname)) ? "worker" : undefined;
  };
}

/** Where `*` stands for anything. */
function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);
}

/** Text as a part of a regular expression. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
