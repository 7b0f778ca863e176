import type { AssetsConfig } from "@freehold/host";

/** What the choice between page and Worker depends on. */
export interface RequestFacts {
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly url: string;
  readonly fetchMode: string | undefined;
  readonly accept: string | undefined;
}

/** Whether `run_worker_first` sends a request to the Worker before any file is looked for. */
export function runsWorkerFirst(assets: AssetsConfig | undefined, request: RequestFacts): boolean {
  const rule = assets?.runWorkerFirst ?? false;
  if (typeof rule === "boolean") return rule;
  const path = pathOf(request.url);
  const matches = (pattern: string) => globMatches(pattern, path);
  const negative = rule.filter((pattern) => pattern.startsWith("!"));
  if (negative.some((pattern) => matches(pattern.slice(1)))) return false;
  return rule.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

/**
 * Whether Vite's page answers a request for which no file was found.
 *
 * `page.rewritten` is the path after Vite's own look for an HTML file.
 */
export function servesPage(
  assets: AssetsConfig | undefined,
  page: { readonly exists: boolean; readonly rewritten: string },
  request: RequestFacts,
): boolean {
  if (!page.exists || (request.method !== "GET" && request.method !== "HEAD")) return false;
  const rewritten = pathOf(page.rewritten);
  if (!rewritten.endsWith(".html")) return false;
  const path = pathOf(request.url);
  const isFallback = rewritten === "/index.html" && path !== "/" && path !== "/index.html";
  if (!isFallback) return true;
  if (assets?.notFoundHandling !== "single-page-application") return false;
  return leavesRestToFiles(assets) || isNavigation(request);
}

/**
 * Whether a list names the Worker's paths, and something stands for missing files: then all other
 * paths are the files', whatever is asked of them.
 */
export function leavesRestToFiles(assets: AssetsConfig | undefined): boolean {
  return typeof assets?.runWorkerFirst === "object" && assets.notFoundHandling !== "none";
}

/** Browsers say so; for other clients a wish for HTML has to do. */
function isNavigation({ fetchMode, accept }: RequestFacts): boolean {
  if (fetchMode !== undefined) return fetchMode === "navigate";
  return accept?.includes("text/html") ?? false;
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, "");
}

/** `*` stands for any run of characters, slashes included. */
function globMatches(pattern: string, path: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "s").test(path);
}
