import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** What stands behind `wrangler` on a command line. */
export interface WranglerArguments {
  readonly command: string | undefined;
  /** What stands behind the command: `dev` takes the path of an entry. */
  readonly rest: readonly string[];
  readonly flags: WranglerFlags;
  /** Flags that are given and do nothing here, one sentence each. */
  readonly warnings: readonly string[];
}

/** Flags by their names in small letters with dashes. */
export class WranglerFlags {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** The last value of a flag. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** All values of a flag. */
  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Whether a flag without a value is given, and not as `--no-…` or `=false`. */
  isOn(name: string): boolean {
    return this.text(name) === "true";
  }
}

type Kind = "text" | "texts" | "switch";

interface Flag {
  readonly kind: Kind;
  /** `done`: it means here what it means there. `moot`: nothing is lost. `lost`: worth a warning. */
  readonly here: "done" | "moot" | "lost";
}

const FLAGS: ReadonlyMap<string, Flag> = new Map([
  ...named(
    "text",
    "done",
    "config cwd env name compatibility-date assets ip port persist-to log-level",
  ),
  ...named("texts", "done", "env-file compatibility-flags var"),
  ...named("switch", "done", "help version test-scheduled"),
  ...named("text", "moot", "inspector-port inspector-ip profile"),
  ...named("switch", "moot", "local latest show-interactive-dev-session install-skills inspect"),
  ...named("switch", "moot", "minify bundle types experimental-local"),
  ...named("text", "lost", "host local-protocol https-key-path https-cert-path local-upstream"),
  ...named("text", "lost", "upstream-protocol jsx-factory jsx-fragment tsconfig tunnel-name"),
  ...named("texts", "lost", "routes define alias tunnel-allowed-mail"),
  ...named("switch", "lost", "remote live-reload infer-origin-from-routes tunnel"),
]);

const OTHER_NAMES: Readonly<Record<string, string>> = {
  c: "config",
  e: "env",
  h: "help",
  v: "version",
  l: "local",
  r: "remote",
  "compatibility-flag": "compatibility-flags",
  route: "routes",
};

function named(kind: Kind, here: Flag["here"], names: string): (readonly [string, Flag])[] {
  return names.split(" ").map((name) => [name, { kind, here }] as const);
}

/**
 * Reads a command line as wrangler does: lists go on to the next flag, and names may be written
 * `--persist-to` or `--persistTo`. What is unknown is named in a warning and otherwise left alone.
 *
 * @param cwd where a path is looked up that an unknown flag stands before.
 */
export function parseWranglerArguments(args: readonly string[], cwd: string): WranglerArguments {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const unknown: string[] = [];
  const queue = [...args];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next === "--") {
      words.push(...queue.splice(0));
    } else if (/^-[^\d-]|^--./.test(next)) {
      readFlag(next);
    } else {
      words.push(next);
    }
  }
  const [command, ...rest] = words;
  return { command, rest, flags: new WranglerFlags(values), warnings: warningsOf(values, unknown) };

  function readFlag(written: string): void {
    const { name, value, isNegated } = partsOf(written);
    const kind = FLAGS.get(name)?.kind;
    if (kind === undefined) unknown.push(written.replace(/=.*/s, ""));
    const found = values.get(name) ?? [];
    values.set(name, found);
    if (value !== undefined) found.push(value);
    else if (isNegated) found.push("false");
    else if (kind === "text") found.push(...takeWord());
    else if (kind === "texts") found.push(...takeWords());
    else if (kind === "switch")
      found.push(/^(?:true|false)$/.test(queue[0] ?? "") ? String(queue.shift()) : "true");
    else takeUnknown();
  }

  function takeWord(): string[] {
    return isFlag(queue[0]) ? [] : queue.splice(0, 1);
  }

  function takeWords(): string[] {
    const end = queue.findIndex(isFlag);
    return queue.splice(0, end === -1 ? queue.length : end);
  }

  /** What follows an unknown flag is its value, unless it can only be the entry. */
  function takeUnknown(): void {
    const [word] = queue;
    const isEntry =
      word !== undefined && /\.[cm]?[jt]sx?$/.test(word) && existsSync(resolve(cwd, word));
    if (words.length > 0 && !isEntry) takeWord();
  }
}

function isFlag(word: string | undefined): boolean {
  return word === undefined || /^-[^\d]/.test(word);
}

function partsOf(written: string): {
  readonly name: string;
  readonly value: string | undefined;
  readonly isNegated: boolean;
} {
  const [, dashes = "", flag = "", value] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(written) ?? [];
  // `-cfile` is `-c file`.
  if (dashes === "-" && flag.length > 1 && value === undefined) {
    return { name: nameOf(flag.slice(0, 1)), value: flag.slice(1), isNegated: false };
  }
  const name = nameOf(flag);
  const plain = name.replace(/^no-/, "");
  const isNegated = name !== plain && FLAGS.has(plain);
  return { name: isNegated ? plain : name, value, isNegated };
}

function nameOf(flag: string): string {
  const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return OTHER_NAMES[name] ?? name;
}

function warningsOf(
  values: ReadonlyMap<string, readonly string[]>,
  unknown: readonly string[],
): string[] {
  const lost = [...values.keys()].filter((name) => {
    return FLAGS.get(name)?.here === "lost" && !isDefault(name, values.get(name)?.at(-1));
  });
  return [
    ...lost.map((name) => `--${name} has no effect here.`),
    ...unknown.map((flag) => `${flag} is not known here and has no effect.`),
  ];
}

/** What is asked for is what happens anyway. */
function isDefault(name: string, value: string | undefined): boolean {
  return value === "false" || (name === "local-protocol" && value === "http");
}
