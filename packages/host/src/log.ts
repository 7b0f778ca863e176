import { inspect, styleText } from "node:util";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the host tells what happens. Never throws and never waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** One thing that happened. */
export interface LogEntry {
  readonly level: LogLevel;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly message: string;
  readonly fields: LogFields;
}

export interface LoggerOptions {
  /** The least important level that is written. Default `info`. */
  readonly level?: LogLevel;
  readonly now: () => number;
  /** Takes one line, without its end. Default standard error. */
  readonly write?: (line: string) => void;
  /** For people (default on a terminal) or one JSON object a line. */
  readonly pretty?: boolean;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const COLOURS = { debug: "dim", info: "green", warn: "yellow", error: "red" } as const;

/** No line is longer: user code can throw anything. */
const MAX_LINE_CHARACTERS = 16_384;

/** A logger that writes one line, or a short block on a terminal, for each entry. */
export function createLogger(options: LoggerOptions): Logger {
  const { now } = options;
  const threshold = RANK[options.level ?? "info"];
  const write = options.write ?? ((line: string) => process.stderr.write(`${line}\n`));
  const format = (options.pretty ?? process.stderr.isTTY) ? prettyLine : jsonLine;
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (RANK[level] < threshold) return;
      write(shortened(printed(() => format({ level, time: now(), message, fields }), message)));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function prettyLine({ level, message, fields }: LogEntry): string {
  const details = Object.entries(fields).map(([name, value]) => {
    if (value instanceof Error) return `\n${inspect(value, INSPECT)}`;
    return ` ${styleText("dim", `${name}=${typeof value === "string" ? value : inspect(value, INSPECT)}`)}`;
  });
  return `${styleText(COLOURS[level], level)} ${message}${details.join("")}`;
}

function jsonLine({ level, time, message, fields }: LogEntry): string {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, jsonValue(value)]),
  );
  return JSON.stringify({ level, time: new Date(time).toISOString(), message, ...plain });
}

const INSPECT = { depth: 4, breakLength: 100, maxStringLength: 2000, maxArrayLength: 20 } as const;

function jsonValue(value: unknown): unknown {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value;
  return inspect(value, INSPECT);
}

/** What user code throws may itself throw when it is looked at. */
function printed(format: () => string, message: string): string {
  try {
    return format();
  } catch {
    return `${message} (with details that cannot be printed)`;
  }
}

function shortened(line: string): string {
  return line.length <= MAX_LINE_CHARACTERS ? line : `${line.slice(0, MAX_LINE_CHARACTERS)}…`;
}
