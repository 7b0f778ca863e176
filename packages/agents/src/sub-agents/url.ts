import { acronymKebabCase, camelCaseToKebabCase } from "../routing/names.ts";
import { SUB_PREFIX } from "../wire.ts";
import { contractErrors } from "./contract-errors.ts";
import type { AgentPath } from "./path.ts";

/** Options of {@link buildAgentPath}. */
export interface BuildAgentPathOptions {
  /** Path before binding and name, as `routeAgentRequest` was given it. Default `agents`. */
  prefix?: string;
  /** Pathname that the agent sees. Default: none. */
  leafPath?: string;
  /** Name of the outermost agent's binding, where it differs from its class. */
  rootBinding?: string;
}

/** The first sub-agent that a URL names. */
export interface SubAgentPathMatch {
  /** The class, as the Worker exports it. */
  childClass: string;
  /** The child's name, decoded. */
  childName: string;
  /** What the child sees; begins with `/`, and may name a child of its own. */
  remainingPath: string;
}

/**
 * The pathname of an agent, for requests and sockets; `this.selfPath` is such a path.
 *
 * @throws Error for a path that no URL can have: an empty name, one of dots, and, for the outermost
 * agent, everything that must be percent-encoded.
 *
 * @example
 * const path = buildAgentPath([
 *   { className: "Inbox", name: "alice" },
 *   { className: "Chat", name: "2024/01" },
 * ]);
 * // /agents/inbox/alice/sub/chat/2024%2F01
 */
export function buildAgentPath(path: AgentPath, options: BuildAgentPathOptions = {}): string {
  const [root, ...children] = path;
  if (!root) throw contractErrors.emptyPath();
  const { prefix = "agents", leafPath, rootBinding = root.className } = options;
  const start = `/${checkedPrefix(prefix)}/${classSegment(rootBinding)}/${rootSegment(root.name)}`;
  const hops = children.map(
    ({ className, name }) => `/${SUB_PREFIX}/${classSegment(className)}/${childSegment(name)}`,
  );
  return [start, ...hops, leafPath ? checkedLeaf(leafPath) : ""].join("");
}

/**
 * The URL of an agent, for others to call.
 *
 * @param origin `http`, `https`, `ws` or `wss`, without path, query, fragment or credentials.
 * @throws Error for any other origin, and what {@link buildAgentPath} throws.
 *
 * @example
 * const callback = buildAgentUrl("https://example.com", this.selfPath, { leafPath: "/paid" });
 */
export function buildAgentUrl(
  origin: string | URL,
  path: AgentPath,
  options: BuildAgentPathOptions = {},
): URL {
  const base = URL.parse(String(origin));
  if (!base) throw contractErrors.invalidOrigin(String(origin), "");
  const bare =
    /^(?:https?|wss?):$/.test(base.protocol) &&
    `${base.username}${base.password}${base.search}${base.hash}` === "" &&
    base.pathname === "/";
  if (!bare) {
    const help =
      " Pass an HTTP(S) or WS(S) origin without credentials, a pathname, query, or fragment.";
    throw contractErrors.invalidOrigin(String(origin), help);
  }
  return new URL(buildAgentPath(path, options), base);
}

/**
 * Finds the first `/sub/{class}/{name}` of a URL. A `sub` that is followed by no known class is an
 * ordinary part of the path.
 *
 * @param options.knownClasses Classes that there are; default: whatever the URL says.
 * @returns null when the URL names no sub-agent. @throws TypeError for a text that is no URL.
 */
export function parseSubAgentPath(
  url: string,
  options: { knownClasses?: readonly string[] } = {},
): SubAgentPathMatch | null {
  return matchSubAgent(new URL(url).pathname, options.knownClasses);
}

/** The same for a pathname. */
export function matchSubAgent(
  pathname: string,
  knownClasses: readonly string[] | undefined,
): SubAgentPathMatch | null {
  const segments = pathname.split("/").filter((segment) => segment !== "");
  for (const [at, segment] of segments.entries()) {
    if (segment !== SUB_PREFIX) continue;
    const [slug, encoded, ...rest] = segments.slice(at + 1);
    if (slug === undefined || encoded === undefined) return null;
    const childClass = classOf(slug, knownClasses);
    const childName = decoded(encoded);
    if (childClass === undefined || childName === undefined) continue;
    return { childClass, childName, remainingPath: `/${rest.join("/")}` };
  }
  return null;
}

function classOf(slug: string, known: readonly string[] | undefined): string | undefined {
  if (!known) return slug.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  return (
    known.find((name) => camelCaseToKebabCase(name) === slug) ??
    known.find((name) => acronymKebabCase(name) === slug)
  );
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function checkedPrefix(prefix: string): string {
  const segments = prefix.split("/");
  if (isStable(`/${prefix}`) && segments.every((part) => part !== "" && part !== SUB_PREFIX)) {
    return prefix;
  }
  throw contractErrors.unroutable("routing prefix", prefix);
}

function classSegment(className: string): string {
  const slug = camelCaseToKebabCase(className);
  if (slug === SUB_PREFIX) throw contractErrors.reserved("Agent class name", className);
  if (isSegment(slug)) return slug;
  throw contractErrors.unroutable("Agent class name", className);
}

function rootSegment(name: string): string {
  if (name === SUB_PREFIX) throw contractErrors.reserved("root Agent name", name);
  if (isSegment(name)) return name;
  throw contractErrors.unroutable("root Agent name", name);
}

function childSegment(name: string): string {
  if (name === "" || name === "." || name === ".." || name.includes("\0")) {
    throw contractErrors.unroutable("child Agent name", name);
  }
  if (name.isWellFormed()) return encodeURIComponent(name);
  throw contractErrors.notUnicode("child Agent name", name);
}

function checkedLeaf(leafPath: string): string {
  const pathname = leafPath.startsWith("/") ? leafPath : `/${leafPath}`;
  if (isStable(pathname)) return pathname;
  throw contractErrors.unstable("leaf path", leafPath);
}

function isSegment(segment: string): boolean {
  return segment !== "" && !segment.includes("/") && isStable(`/${segment}`);
}

/** Whether a pathname stays as it is when it becomes part of a URL. */
function isStable(pathname: string): boolean {
  return URL.parse(pathname, "http://agent.invalid")?.pathname === pathname;
}
