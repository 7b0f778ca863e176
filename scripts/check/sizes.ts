import { Visitor, type VisitorObject } from "oxc-parser";
import type { Source } from "./source.ts";

const MAXIMUM_LINES = 600;
const GOOD_LINES = 300;
const MAXIMUM_METHODS = 25;
const MAXIMUM_AGENT_LINES = 3;

type ClassBody = Parameters<NonNullable<VisitorObject["ClassBody"]>>[0];

/** Files and classes that have grown too large to read. */
export function findSizeProblems(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const lines = countLines(source.text);
    const tooLong =
      lines > MAXIMUM_LINES ? [`${source.path} has ${lines} lines; at most ${MAXIMUM_LINES}`] : [];
    return [...tooLong, ...classProblems(source)];
  });
}

/** The files above the size that is good, largest first: a warning, not an error. */
export function findLargeFiles(sources: readonly Source[]): string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: countLines(text) }))
    .filter(({ lines }) => lines > GOOD_LINES && lines <= MAXIMUM_LINES)
    .sort((a, b) => b.lines - a.lines)
    .map(({ path, lines }) => `${path} (${lines})`);
}

function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function classProblems(source: Source): string[] {
  const problems: string[] = [];
  new Visitor({
    ClassBody(node) {
      problems.push(
        ...(isAgent(source.path) ? longMembers(source, node) : manyMembers(source, node)),
      );
    },
  }).visit(source.program);
  return problems;
}

function manyMembers({ path, lineAt }: Source, { body, start }: ClassBody): string[] {
  const count = body.filter((member) => member.type === "MethodDefinition").length;
  if (count <= MAXIMUM_METHODS) return [];
  return [`${path}:${lineAt(start)} a class has ${count} methods; at most ${MAXIMUM_METHODS}`];
}

/** How many members `Agent` has is decided by compatibility; each of them only delegates. */
function longMembers({ path, lineAt }: Source, { body }: ClassBody): string[] {
  return body.flatMap((member) => {
    const block = member.type === "MethodDefinition" && member.value.body;
    if (!block) return [];
    const lines = lineAt(block.end) - lineAt(block.start) - 1;
    if (lines <= MAXIMUM_AGENT_LINES) return [];
    const most = `at most ${MAXIMUM_AGENT_LINES}`;
    return [`${path}:${lineAt(member.start)} a member of Agent has ${lines} lines; ${most}`];
  });
}

function isAgent(path: string): boolean {
  return path === "packages/agents/src/agent.ts";
}
