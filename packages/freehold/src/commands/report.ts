import { stripVTControlCharacters } from "node:util";
import { FreeholdError } from "@freehold/host";
import { runsFromSource } from "../runtime/bundle.ts";
import { withSourcePlaces } from "../runtime/source-places.ts";
import { colors } from "./colors.ts";

/** A line of a stack. */
const FRAME = /^\s+at .*(?:[:/\\]|<anonymous>).*$/;
/** Lines of stacks that tell a project's author nothing. */
const FOREIGN = /node:|<anonymous>|\bnative\b|[/\\]node_modules[/\\]/;
/** The same where this package runs from its sources. */
const OWN = /[/\\]packages[/\\][a-z]+[/\\]src[/\\]/;
const MOST_FRAMES = 5;

const SYSTEM_HELP: Readonly<Record<string, string>> = {
  EACCES: "Give the user that runs this command the right to it, or name another place.",
  EPERM: "Give the user that runs this command the right to it, or name another place.",
  EROFS: "Nothing can be written there: name another place.",
  ENOSPC: "Make room on the disk.",
  ENOENT: "Make the folder that it stands in, or name another place.",
  ENOTDIR: "A part of that path is a file: name another place.",
  ENOTFOUND: "Name an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0.",
  EADDRNOTAVAIL: "Name an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0.",
  EADDRINUSE: "Choose another port with --port, or end the program that has this one.",
  EMFILE: "Raise `ulimit -n`; `freehold doctor` says what is good.",
};

/**
 * Tells a person what failed, what to do, and where in their own code it happened. What stacks say of
 * code that is not theirs is left out.
 */
export function reportFailure(error: unknown): void {
  for (const line of failureLines(error)) console.error(line);
}

/** What {@link reportFailure} prints. */
export function failureLines(error: unknown): readonly string[] {
  const mark = colors.red("error");
  if (error instanceof FreeholdError) {
    const head = `${mark} ${error.message} ${colors.dim(`(${error.code})`)}`;
    return [head, `      ${error.help}`, ...dimmed(ownFrames(error.cause))];
  }
  if (!(error instanceof Error)) return [`${mark} ${String(error)}`];
  // The command line's own complaints (an unknown option, a missing value) are for the person too.
  if (error.name === "CACError") return [`${mark} ${error.message}`];
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined && code !== undefined) {
    const help = SYSTEM_HELP[code];
    return [`${mark} ${error.message}`, ...(help === undefined ? [] : [`      ${help}`])];
  }
  return [`${mark} ${messageOf(error)}`, ...dimmed(ownFrames(error))];
}

/** What an error says, with its name where that tells more, and without the stacks of others in it. */
export function messageOf(error: Error): string {
  const lines = error.message.split("\n").filter((line) => !FRAME.test(line));
  const named = error.name === "Error" ? "" : `${error.name}: `;
  const told = `${named}${lines.join("\n").trimEnd()}`;
  // Bundlers colour what they say, whoever reads it.
  return colors.isColorSupported ? told : stripVTControlCharacters(told);
}

/** The places of a project's own code that an error came by, as lines of a stack. */
export function ownFrames(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const lines = withSourcePlaces(error.stack).split("\n");
  // What cannot be parsed names its place before its message.
  const place = /^(?:file:\/\/|\/)\S+:\d+$/.test(lines[0] ?? "") ? [`    at ${lines[0]}`] : [];
  const frames = lines.filter((line) => FRAME.test(line) && !isForeign(line));
  return [...place, ...frames].slice(0, MOST_FRAMES);
}

function dimmed(frames: readonly string[]): readonly string[] {
  return frames.map((line) => colors.dim(`  ${line}`));
}

function isForeign(line: string): boolean {
  return FOREIGN.test(line) || (runsFromSource && OWN.test(line));
}

/** Names what the configuration asks for and the host does not do. */
export function reportWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) console.error(`${colors.yellow("warning")} ${warning}`);
}

/** `1 file`, `2 files`. */
export function filesText(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}
