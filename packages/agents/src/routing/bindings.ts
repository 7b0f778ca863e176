import { acronymKebabCase, camelCaseToKebabCase } from "./names.ts";

type Namespace = DurableObjectNamespace;

/** A Durable Object namespace under its name in `env`. */
export interface Binding {
  readonly key: string;
  readonly namespace: Namespace;
}

/** What a name in a URL stands for. */
export type Lookup =
  | { readonly found: Binding }
  /** Several bindings could be meant: their names in `env`. */
  | { readonly ambiguous: readonly string[] }
  | { readonly unknown: true };

/** The Durable Object namespaces of one `env`, by their names in URLs. */
export interface Directory {
  readonly bindings: readonly Binding[];
  /** The name of each binding in a URL. */
  readonly names: readonly string[];
  /** Names that several bindings have: the binding that answers, and those it hides. */
  readonly hidden: readonly { name: string; used: string; hidden: readonly string[] }[];
  find(name: string): Lookup;
}

const directories = new WeakMap<object, Directory>();

/** The directory of an `env`; read once per `env`, where a name that hides another is told of. */
export function directoryOf(env: unknown): Directory {
  if (typeof env !== "object" || env === null) return createDirectory({});
  let directory = directories.get(env);
  if (!directory) {
    directory = createDirectory(env);
    directories.set(env, directory);
    for (const { name, used, hidden } of directory.hidden) {
      const others = hidden.map((key) => `env.${key}`).join(", ");
      console.warn(`/${name}/ is env.${used}; ${others} has the same name and cannot be reached.`);
    }
  }
  return directory;
}

/**
 * Each binding has its name in kebab case, where the later of two wins, as in the published package.
 * One that starts with a run of capitals also has the name in which the run is one word, unless that
 * is the first name of another.
 */
function createDirectory(env: object): Directory {
  const bindings = Object.entries(env).filter((entry): entry is [string, Namespace] =>
    isNamespace(entry[1]),
  );
  const first = groupBy(bindings, camelCaseToKebabCase);
  const second = groupBy(bindings, acronymKebabCase);
  return {
    bindings: bindings.map(([key, namespace]) => ({ key, namespace })),
    names: [...first.keys()],
    hidden: [...first].flatMap(([name, group]) => {
      const keys = group.map(({ key }) => key);
      const used = keys.at(-1);
      return used === undefined || keys.length < 2
        ? []
        : [{ name, used, hidden: keys.slice(0, -1) }];
    }),
    find(name) {
      const found = first.get(name)?.at(-1);
      if (found) return { found };
      const others = second.get(name) ?? [];
      const [only] = others;
      if (!only) return { unknown: true };
      return others.length === 1 ? { found: only } : { ambiguous: others.map(({ key }) => key) };
    },
  };
}

function groupBy(
  bindings: readonly (readonly [string, Namespace])[],
  nameOf: (key: string) => string,
): ReadonlyMap<string, readonly Binding[]> {
  const groups = new Map<string, Binding[]>();
  for (const [key, namespace] of bindings) {
    const name = nameOf(key);
    groups.set(name, [...(groups.get(name) ?? []), { key, namespace }]);
  }
  return groups;
}

function isNamespace(value: unknown): value is Namespace {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { idFromName?: unknown }).idFromName === "function"
  );
}
