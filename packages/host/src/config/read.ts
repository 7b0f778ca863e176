import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { FreeholdError } from "../errors.ts";
import { isCronPattern } from "../worker/cron.ts";
import { aiBinding, vectorize } from "./ai.ts";
import { classDeclarations, durableClasses, IDENTIFIER, migrationSteps } from "./classes.ts";
import { developmentConfig } from "./dev.ts";
import {
  INHERITED,
  KNOWN_FLAGS,
  SUPPORTED,
  UNSUPPORTED_BINDINGS,
  WITHOUT_EFFECT,
} from "./fields.ts";
import { plainSource } from "./plain-json.ts";
import { FieldReader } from "./reader.ts";
import { readSecrets } from "./secrets.ts";
import { sendEmail } from "./send-email.ts";
import type { ConfigSource } from "./source.ts";
import { workerLoaders } from "./worker-loaders.ts";
import { workflows } from "./workflows.ts";
import type {
  AssetsConfig,
  DurableObjectBinding,
  ServiceBinding,
  WranglerConfig,
} from "./wrangler.ts";

export interface ReadConfigOptions {
  /** Name of an environment in the file, "" for none. Default: the variable `CLOUDFLARE_ENV`, or none. */
  readonly environment?: string;
  /** Files of secrets, in the place of `.dev.vars` and `.env` beside the configuration. */
  readonly envFiles?: readonly string[];
}

/** A configuration, and what of it the host leaves undone, one sentence each. */
export interface ReadConfig {
  readonly config: WranglerConfig;
  readonly warnings: readonly string[];
}

// Becomes part of the name of a folder.
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DEFAULT_DATE = "2026-06-11";

/**
 * Reads `wrangler.jsonc`, `wrangler.json` or `wrangler.toml`, and the secrets beside it.
 *
 * @throws FreeholdError `CONFIG_UNREADABLE`, `CONFIG_SYNTAX`, `CONFIG_INVALID`,
 *   `CONFIG_ENVIRONMENT_UNKNOWN`; each names the file, and the line and field where they are known.
 *
 * @example
 * ```ts
 * const { config, warnings } = await readWranglerConfig("/app/wrangler.jsonc");
 * for (const warning of warnings) console.warn(warning);
 * ```
 */
export async function readWranglerConfig(
  file: string,
  options: ReadConfigOptions = {},
): Promise<ReadConfig> {
  const path = resolve(file);
  const text = await readText(path);
  const plain = plainSource(path, text);
  // What is wrong with a file, and on which line, only the parsers tell. They load when it matters.
  const read = plain && (await interpret(plain, options).catch(() => undefined));
  if (read) return read;
  const { parseConfig } = await import("./parse.ts");
  return interpret(parseConfig(path, text), options);
}

async function interpret(source: ConfigSource, options: ReadConfigOptions): Promise<ReadConfig> {
  const path = source.file;
  const environment = (options.environment ?? process.env.CLOUDFLARE_ENV) || undefined;
  const fields = selectEnvironment(source, environment);
  const warnings: string[] = [];
  const folder = dirname(path);
  const secrets = await readSecrets(folder, environment, options.envFiles);
  const migrations = migrationSteps(fields, warnings);
  const declaredClasses = classDeclarations(fields, warnings);
  const name =
    fields.text("name", NAME, "a name of letters, digits, - and _") ?? nameOfFolder(folder);
  const config: WranglerConfig = {
    name,
    main: absolute(folder, fields.text("main")),
    compatibilityDate:
      fields.text("compatibility_date", DATE, "a date such as 2026-06-11") ?? DEFAULT_DATE,
    compatibilityFlags: fields.texts("compatibility_flags"),
    durableObjects: durableObjects(fields, warnings),
    durableClasses: durableClasses(migrations, declaredClasses),
    migrations,
    declaredClasses,
    crons: crons(fields),
    services: services(fields, name, warnings),
    workflows: workflows(fields, warnings),
    workerLoaders: workerLoaders(fields),
    sendEmail: sendEmail(fields),
    vectorize: vectorize(fields),
    ...aiBinding(fields),
    vars: fields.object("vars") ? (fields.raw("vars") as Record<string, unknown>) : {},
    secrets: chosenSecrets(fields, secrets, warnings),
    assets: assets(fields, folder),
    dev: developmentConfig(fields),
  };
  warnAbout(fields, basename(path), warnings);
  return { config, warnings };
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FreeholdError("CONFIG_UNREADABLE", `${path} cannot be read (${code}).`, {
      help: "Name a wrangler.jsonc, wrangler.json or wrangler.toml.",
      cause,
    });
  }
}

/** The fields of one environment: its own, and those that flow into it from the top. */
function selectEnvironment(source: ConfigSource, environment: string | undefined): FieldReader {
  const top = new FieldReader(source, [], source.value);
  if (environment === undefined) return top;
  const environments = top.object("env");
  if (!environments?.has(environment)) {
    const known = environments?.names.join(", ") || "none";
    throw new FreeholdError(
      "CONFIG_ENVIRONMENT_UNKNOWN",
      `${source.file} has no environment "${environment}" (it has: ${known}).`,
      { help: "Choose one that stands under `env`, or leave the choice out." },
    );
  }
  environments.object(environment);
  const own = environments.raw(environment) as Readonly<Record<string, unknown>>;
  const inherited = Object.entries(source.value).filter(([name]) => INHERITED.has(name));
  const name = top.text("name");
  return new FieldReader(source, ["env", environment], {
    ...Object.fromEntries(inherited),
    ...(name !== undefined && { name: `${name}-${environment}` }),
    ...own,
  });
}

function durableObjects(fields: FieldReader, warnings: string[]): DurableObjectBinding[] {
  const bindings: DurableObjectBinding[] = [];
  for (const entry of fields.object("durable_objects")?.objects("bindings") ?? []) {
    const name = entry.requiredText("name");
    const className = entry.requiredText("class_name", IDENTIFIER, "the name of a class");
    const script = entry.text("script_name");
    if (script !== undefined && script !== fields.text("name")) {
      warnings.push(
        `\`durable_objects\`: ${name} belongs to another Worker (${script}), which is not supported; env.${name} is missing.`,
      );
      continue;
    }
    if (bindings.some((other) => other.name === name)) entry.fail("name", "unique");
    bindings.push({ name, className });
  }
  return bindings;
}

function crons(fields: FieldReader): string[] {
  const triggers = fields.object("triggers");
  const patterns = triggers?.texts("crons") ?? [];
  for (const [index, pattern] of patterns.entries()) {
    if (!isCronPattern(pattern)) {
      triggers?.fail("crons", `a list of cron patterns of five fields (entry ${index})`);
    }
  }
  return patterns;
}

function services(fields: FieldReader, worker: string, warnings: string[]): ServiceBinding[] {
  return fields.objects("services").map((entry) => {
    const name = entry.requiredText("binding");
    const service = entry.requiredText("service");
    const entrypoint = entry.text("entrypoint");
    const props = entry.object("props") && (entry.raw("props") as object);
    if (service !== worker) {
      warnings.push(
        `\`services\`: env.${name} leads to the Worker ${service}, which does not run on this host. Its calls fail.`,
      );
    }
    return { name, service, ...(entrypoint && { entrypoint }), ...(props && { props }) };
  });
}

function chosenSecrets(
  fields: FieldReader,
  found: Readonly<Record<string, string>>,
  warnings: string[],
): Record<string, string> {
  const listed = fields.object("secrets");
  if (!listed?.has("required")) return { ...found };
  const chosen: Record<string, string> = {};
  for (const name of listed.texts("required")) {
    // Not what every object has: a secret may be called `constructor`.
    const holder = [found, process.env].find((one) => Object.hasOwn(one, name));
    const value = holder?.[name];
    if (value !== undefined) chosen[name] = value;
    else
      warnings.push(`\`secrets.required\`: ${name} has no value in .dev.vars or the environment.`);
  }
  return chosen;
}

function assets(fields: FieldReader, folder: string): AssetsConfig | undefined {
  const entry = fields.object("assets");
  if (!entry) return undefined;
  const first = entry.raw("run_worker_first");
  const patterns = Array.isArray(first) ? entry.texts("run_worker_first") : undefined;
  for (const [index, pattern] of (patterns ?? []).entries()) {
    if (!/^!?\//.test(pattern)) {
      entry.fail("run_worker_first", `a list of paths that begin with / or !/ (entry ${index})`);
    }
  }
  if (first !== undefined && !patterns && typeof first !== "boolean") {
    entry.fail("run_worker_first", "true, false or a list of paths");
  }
  return {
    directory: absolute(folder, entry.text("directory")),
    binding: entry.text("binding"),
    htmlHandling:
      entry.oneOf("html_handling", [
        "auto-trailing-slash",
        "force-trailing-slash",
        "drop-trailing-slash",
        "none",
      ]) ?? "auto-trailing-slash",
    notFoundHandling:
      entry.oneOf("not_found_handling", ["none", "single-page-application", "404-page"]) ?? "none",
    runWorkerFirst: patterns ?? first === true,
  };
}

function warnAbout(fields: FieldReader, file: string, warnings: string[]): void {
  for (const name of fields.names) {
    if (SUPPORTED.has(name) || WITHOUT_EFFECT.has(name)) continue;
    if (UNSUPPORTED_BINDINGS.has(name)) {
      warnings.push(`\`${name}\` in ${file} is not supported; what it binds is missing from env.`);
    } else {
      warnings.push(`\`${name}\` in ${file} is not supported and has no effect.`);
    }
  }
  for (const flag of fields.texts("compatibility_flags")) {
    if (!KNOWN_FLAGS.has(flag)) {
      warnings.push(`The compatibility flag \`${flag}\` in ${file} has no effect.`);
    }
  }
}

function absolute(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}

/** A Worker with no name is called after its folder. */
function nameOfFolder(folder: string): string {
  return (
    basename(folder)
      .replace(/[^A-Za-z0-9_-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "worker"
  );
}
