import { type Expression, Visitor } from "oxc-parser";
import { isTest, type Source } from "./source.ts";

const TIMERS = new Set(["setTimeout", "setInterval"]);
const PORTS = /(?:^|[/-])(?:clock|random)(?:\.ts$|\/)/;
const BROWSER_ROOMS = /^packages\/[^/]+\/src\/(?:.*\/)?(?:client|react|transport)\//;
const UNFINISHED = /\b(?:TODO|FIXME|XXX)\b/;
const SILENCED = /@ts-(?:ignore|nocheck)\b/;

/** Unfinished work, silenced types, and time or chance taken from elsewhere than its port. */
export function findHygieneProblems(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...source.syntaxErrors.map((message) => `${source.path} ${message}`),
    ...commentProblems(source),
    ...(mustUsePorts(source.path) ? portProblems(source) : []),
  ]);
}

function commentProblems({ path, comments, lineAt }: Source): string[] {
  return comments.flatMap(({ value, start }) => {
    const found = UNFINISHED.exec(value) ?? SILENCED.exec(value);
    return found ? [`${path}:${lineAt(start)} ${found[0]} in a comment`] : [];
  });
}

function mustUsePorts(path: string): boolean {
  return (
    /^packages\/[^/]+\/src\//.test(path) &&
    !PORTS.test(path) &&
    !BROWSER_ROOMS.test(path) &&
    !isTest(path)
  );
}

function portProblems({ path, program, lineAt }: Source): string[] {
  const problems: string[] = [];
  const report = (start: number, what: string, port: string) =>
    problems.push(`${path}:${lineAt(start)} ${what}; go through the ${port} port`);
  new Visitor({
    CallExpression({ callee, start }) {
      const name = calledName(callee);
      if (name === "Math.random") report(start, name, "random");
      else if (name && (TIMERS.has(name) || name === "Date.now" || name === "Date")) {
        report(start, name, "clock");
      }
    },
    NewExpression({ callee, start, arguments: args }) {
      if (calledName(callee) === "Date" && args.length === 0) report(start, "new Date()", "clock");
    },
  }).visit(program);
  return problems;
}

/** `setTimeout`, `Date.now`; with `globalThis.` in front left out. Undefined for anything else. */
function calledName(callee: Expression | { readonly type: "Super" }): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression" || callee.computed) return;
  const owner = calledName(callee.object);
  if (!owner || callee.property.type !== "Identifier") return;
  return owner === "globalThis" ? callee.property.name : `${owner}.${callee.property.name}`;
}
