import { literal } from "./asset-paths.ts";

/** A line of `_redirects`. With status 200 another path is served in place of the one asked for. */
export interface RedirectRule {
  readonly from: RegExp;
  readonly to: string;
  readonly status: number;
}

/** A block of `_headers`. */
export interface HeaderRule {
  /** Of a rule that is for one host only. */
  readonly host: RegExp | undefined;
  readonly path: RegExp;
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

/** The rules of a file, and what in it could not be used, one sentence each. */
export interface ParsedRules<T> {
  readonly rules: readonly T[];
  readonly problems: readonly string[];
}

/** Where a redirect leads. */
export interface RedirectTarget {
  readonly to: string;
  readonly status: number;
}

/** Cloudflare's limits, for both files. */
const MAX_RULES = 2100;
const MAX_HEADER_RULES = 100;
const MAX_LINE_CHARACTERS = 2000;

const STATUSES: ReadonlySet<number> = new Set([200, 301, 302, 303, 307, 308]);
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PLACEHOLDER = /:([A-Za-z]\w*)/g;

/** Reads `_redirects`: `from to [status]`, one a line; the first line that fits a path applies. */
export function parseRedirects(text: string): ParsedRules<RedirectRule> {
  const rules: RedirectRule[] = [];
  const problems: string[] = [];
  for (const [number, line] of meaningfulLines(text)) {
    const rule = redirectOf(line.replace(/\s#.*$/, "").trim());
    if (typeof rule === "string") problems.push(`_redirects:${number}: ${rule}`);
    else if (rules.length < MAX_RULES) rules.push(rule);
    else return { rules, problems: [...problems, tooMany("_redirects", number, MAX_RULES)] };
  }
  return { rules, problems };
}

function redirectOf(line: string): RedirectRule | string {
  const [from = "", to, status = "302", ...rest] = line.split(/\s+/);
  if (to === undefined || rest.length > 0) return "a line has a path, a target and a status.";
  if (line.length > MAX_LINE_CHARACTERS) return "the line is too long.";
  if (!from.startsWith("/")) return "the path must begin with /.";
  if (!STATUSES.has(Number(status))) return `${status} is not a status of a redirect.`;
  if (status === "200" && !to.startsWith("/"))
    return "only paths can be served in place of others.";
  if (!to.startsWith("/") && !/^https?:\/\//.test(to)) return "the target is neither path nor URL.";
  const pattern = patternOf(from);
  if (!pattern) return "a path may have one * and each placeholder once.";
  return { from: pattern, to, status: Number(status) };
}

/** Reads `_headers`: a path on a line of its own, then indented `Name: value` or `! Name`. */
export function parseHeaderRules(text: string): ParsedRules<HeaderRule> {
  const rules: { host?: RegExp; path: RegExp; set: [string, string][]; remove: string[] }[] = [];
  const problems: string[] = [];
  let open = false;
  for (const [number, line] of meaningfulLines(text)) {
    const problem = line.length > MAX_LINE_CHARACTERS ? "the line is too long." : read(line);
    if (problem !== undefined) problems.push(`_headers:${number}: ${problem}`);
    if (rules.length > MAX_HEADER_RULES) {
      rules.pop();
      problems.push(tooMany("_headers", number, MAX_HEADER_RULES));
      break;
    }
  }
  return { rules: rules.map((rule) => ({ host: undefined, ...rule })), problems };

  function read(line: string): string | undefined {
    if (/^(?:\/|https?:\/\/)/.test(line)) {
      const where = placeOf(line);
      open = where !== undefined;
      if (!where) return "the path cannot be used.";
      rules.push({ ...where, set: [], remove: [] });
      return undefined;
    }
    const rule = rules.at(-1);
    if (!open || !rule) return "there is no path before it.";
    if (line.startsWith("!")) {
      rule.remove.push(line.slice(1).trim().toLowerCase());
      return undefined;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim();
    const value = line.slice(colon + 1).trim();
    if (!HEADER_NAME.test(name) || value === "" || !HEADER_VALUE.test(value)) {
      return "a header is `Name: value`.";
    }
    rule.set.push([name.toLowerCase(), value]);
    return undefined;
  }
}

function placeOf(line: string): { host?: RegExp; path: RegExp } | undefined {
  if (line.startsWith("/")) {
    const path = patternOf(line);
    return path && { path };
  }
  const [, address = "", rest = ""] = /^https?:\/\/([^/]+)(.*)$/.exec(line) ?? [];
  const host = patternOf(address, "[^/]");
  const path = patternOf(rest || "/");
  return host && path && { host, path };
}

/** Where the rules lead from a path, if one fits. The query goes along unless the target has one. */
export function redirectFor(
  rules: readonly RedirectRule[],
  { pathname, search }: URL,
): RedirectTarget | undefined {
  for (const { from, to, status } of rules) {
    const found = from.exec(pathname);
    if (!found) continue;
    const path = filled(to, found.groups ?? {});
    // Two slashes would name another site, and which one is up to whoever wrote the address.
    const target = /^\/(?!\/)/.test(to) ? path.replace(/^\/+/, "/") : path;
    return { status, to: target.includes("?") ? target : withQuery(target, search) };
  }
  return undefined;
}

function withQuery(target: string, search: string): string {
  const hash = target.indexOf("#");
  if (hash === -1) return target + search;
  return target.slice(0, hash) + search + target.slice(hash);
}

/** Changes the headers of an answer as the rules for its address say. */
export function applyHeaderRules(
  rules: readonly HeaderRule[],
  { host, pathname }: URL,
  headers: Headers,
): void {
  const ours = new Set<string>();
  for (const rule of rules) {
    const onHost = rule.host ? rule.host.exec(host) : NO_MATCH;
    const onPath = onHost && rule.path.exec(pathname);
    if (!onPath) continue;
    const values = { ...onHost.groups, ...onPath.groups };
    for (const name of rule.remove) headers.delete(name);
    for (const [name, template] of rule.set) {
      const value = filled(template, values);
      if (ours.has(name) || name === "set-cookie") headers.append(name, value);
      else headers.set(name, value);
      ours.add(name);
    }
  }
}

const NO_MATCH: { readonly groups?: Readonly<Record<string, string>> } = {};

/** `:name` and `:splat` stand for what they matched; an unknown name stays as it is. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}

/** `*` matches anything, once; `:name` one segment. */
function patternOf(pattern: string, segment = "[^/]"): RegExp | undefined {
  const names = Array.from(pattern.matchAll(PLACEHOLDER), ([, name]) => name);
  const stars = pattern.split("*").length - 1;
  if (stars > 1 || new Set(names).size !== names.length) return undefined;
  if (stars === 1 && names.includes("splat")) return undefined;
  const source = pattern
    .split(/(\*|:[A-Za-z]\w*)/)
    .map((part) => {
      if (part === "*") return "(?<splat>.*)";
      return /^:[A-Za-z]/.test(part) ? `(?<${part.slice(1)}>${segment}+)` : literal(part);
    })
    .join("");
  return new RegExp(`^${source}$`);
}

function* meaningfulLines(text: string): Generator<readonly [number: number, line: string]> {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content !== "" && !content.startsWith("#")) yield [index + 1, content];
  }
}

function tooMany(file: string, line: number, limit: number): string {
  return `${file}:${line}: there are more than ${limit} rules; the rest is left out.`;
}
