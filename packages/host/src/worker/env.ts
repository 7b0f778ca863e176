import type { Binding, BindingContext } from "../bindings/binding.ts";
import type { WranglerConfig } from "../config/wrangler.ts";
import type { ServiceLink } from "./service-links.ts";

/** What stands on `env` besides variables. */
export interface EnvParts {
  readonly config: WranglerConfig;
  /** The namespace of a class. */
  namespace(className: string): object;
  /** `env.ASSETS`, when the configuration names it. */
  readonly assets: object | undefined;
  readonly services: readonly ServiceLink[];
  readonly bindings: readonly Binding[];
  readonly context: BindingContext;
}

/**
 * The `env` of one version of the code: a plain object whose every property can be listed. Secrets
 * stand before variables of the same name, bindings before both.
 */
export function createEnv(parts: EnvParts): Record<string, unknown> {
  const { config } = parts;
  const env: Record<string, unknown> = {};
  const put = (name: string, value: unknown) => {
    // A binding may have any name, `__proto__` too.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(env, name, property);
  };
  for (const [name, value] of Object.entries(config.vars)) put(name, structuredClone(value));
  for (const [name, value] of Object.entries(config.secrets ?? {})) put(name, value);
  for (const { name, className } of config.durableObjects) put(name, parts.namespace(className));
  for (const { binding, stub } of parts.services) put(binding.name, stub);
  const assetsName = config.assets?.binding;
  if (assetsName !== undefined && parts.assets) put(assetsName, parts.assets);
  for (const binding of parts.bindings) put(binding.name, binding.create(parts.context));
  return env;
}

/**
 * Shows variables and secrets in `process.env`, as Workers do: texts as they are, other values as JSON.
 * Variables of the process itself win.
 *
 * @returns takes them out again.
 */
export function populateProcessEnv({ vars, secrets }: WranglerConfig): () => void {
  const texts = Object.entries({ ...vars, ...secrets })
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter((entry) => process.env[entry[0]] === undefined && isUsable(entry));
  for (const [name, value] of texts) process.env[name] = value;
  return () => {
    for (const [name] of texts) delete process.env[name];
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : String(JSON.stringify(value));
}

/** The operating system takes no such name or value. */
function isUsable([name, value]: readonly [string, string]): boolean {
  return name !== "" && !/[=\0]/.test(name) && !value.includes("\0");
}
