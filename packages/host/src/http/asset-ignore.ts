import { literal } from "./asset-paths.ts";

interface IgnoreRule {
  readonly pattern: RegExp;
  readonly ignores: boolean;
}

/**
 * Reads `.assetsignore`, which is written as `.gitignore` is: what it names is not served. A line with
 * `!` takes a file back, unless one of its folders is ignored.
 *
 * @returns whether the file of a path, which begins with `/`, is ignored.
 */
export function parseIgnoreRules(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map(ruleOf)
    .filter((rule) => rule !== undefined);
  const isNamed = (path: string) => rules.findLast(({ pattern }) => pattern.test(path))?.ignores;
  return (path) => {
    const segments = path.split("/").slice(1);
    for (let depth = 1; depth < segments.length; depth += 1) {
      if (isNamed(`/${segments.slice(0, depth).join("/")}/`)) return true;
    }
    return isNamed(path) ?? false;
  };
}

function ruleOf(line: string): IgnoreRule | undefined {
  const written = line.replace(/(?<!\\)\s+$/, "");
  if (written === "" || written.startsWith("#")) return undefined;
  const ignores = !written.startsWith("!");
  const glob = (ignores ? written : written.slice(1)).replace(/^\\(?=[#!])/, "");
  const isFolder = glob.endsWith("/");
  const body = glob.replace(/^\/|\/$/g, "");
  if (body === "") return undefined;
  // A slash before the end ties a pattern to the top.
  const isTied = /\/(?!$)/.test(glob);
  const source = sourceOf(body);
  if (source === undefined) return undefined;
  return {
    ignores,
    pattern: new RegExp(`^/${isTied ? "" : "(?:.*/)?"}${source}${isFolder ? "/" : "/?"}$`),
  };
}

const TOKEN = /\*\*\/|\/\*\*$|\*+|\?|\[!?[^\]/]+\]|\\.|[^*?[\\]+|./g;

/** Nothing where a pattern makes no sense. */
function sourceOf(body: string): string | undefined {
  const source = Array.from(body.matchAll(TOKEN), ([token]) => partOf(token)).join("");
  try {
    new RegExp(source);
    return source;
  } catch {
    return undefined;
  }
}

function partOf(token: string): string {
  if (token === "**/") return "(?:.*/)?";
  if (token === "/**") return "/.*";
  if (/^\*+$/.test(token)) return "[^/]*";
  if (token === "?") return "[^/]";
  if (token.length > 2 && token.startsWith("[")) {
    const inside = token.slice(1, -1).replace(/[\\[]/g, "\\$&");
    return inside.startsWith("!") ? `[^/${inside.slice(1)}]` : `[${inside}]`;
  }
  return literal(token.startsWith("\\") && token.length > 1 ? token.slice(1) : token);
}
