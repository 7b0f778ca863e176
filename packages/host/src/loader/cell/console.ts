import { format, inspect } from "node:util";
import type { CellLogLevel } from "../wire.ts";

type Write = (level: CellLogLevel, text: string) => void;
type Method = (...values: unknown[]) => void;

/** A console that writes by messages: Node's own would show the streams under it. */
export function cellConsole(write: Write): Console {
  let indent = "";
  const counts = new Map<string, number>();
  const times = new Map<string, number>();
  const line =
    (level: CellLogLevel): Method =>
    (...values) =>
      write(level, indent + format(...values));
  const since = (label: string) =>
    `${label}: ${(performance.now() - (times.get(label) ?? 0)).toFixed(3)}ms`;
  const group: Method = (...values) => {
    if (values.length > 0) write("info", indent + format(...values));
    indent += "  ";
  };
  const methods: Readonly<Record<string, Method>> = {
    log: line("info"),
    info: line("info"),
    debug: line("debug"),
    warn: line("warn"),
    error: line("error"),
    table: line("info"),
    dirxml: line("info"),
    dir: (value, options) => write("info", indent + inspect(value, options ?? {})),
    trace: (...values) => write("debug", `${indent}Trace: ${format(...values)}`),
    assert: (holds, ...values) => {
      if (!holds) write("warn", `${indent}Assertion failed ${format(...values)}`);
    },
    count: (label = "default") => {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      write("info", `${indent}${label}: ${count}`);
    },
    countReset: (label = "default") => void counts.delete(String(label)),
    time: (label = "default") => void times.set(String(label), performance.now()),
    timeLog: (label = "default") => write("info", indent + since(String(label))),
    timeEnd: (label = "default") => {
      write("info", indent + since(String(label)));
      times.delete(String(label));
    },
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    clear: () => undefined,
  };
  return { ...methods } as unknown as Console;
}
