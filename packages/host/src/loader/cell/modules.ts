import { compileFunction, type Module, SourceTextModule, SyntheticModule } from "node:vm";
import type { WorkerModule } from "../../host.ts";
import type { CellCode, ModuleContent } from "../wire.ts";
import { importAt, type Place, syntaxErrorAt } from "./syntax.ts";

/** The exports of a module of the platform; `undefined` when there is none of that name. */
export type BuiltIns = (specifier: string) => Readonly<Record<string, unknown>> | undefined;

const LACKS_EXPORT = /^The requested module '(.*)' does not provide an export named '(.*)'$/;

/** Node's types do not have it. */
const webAssembly = Reflect.get(globalThis, "WebAssembly") as {
  readonly Module: new (bytes: ArrayBuffer) => object;
};

/** The code does not start: what its first use is told. */
export class StartFailure extends Error {}

/**
 * The modules of a loaded Worker. Node's own loader, and with it its modules, is never asked: what is
 * neither in the code nor among the built-in modules does not exist.
 */
export class CellModules {
  readonly #contents: ReadonlyMap<string, ModuleContent>;
  readonly #main: string;
  readonly #builtIns: BuiltIns;
  readonly #made = new Map<string, Module>();
  readonly #linked = new Map<Module, Promise<void>>();
  readonly #commonJs = new Map<string, { exports: unknown }>();

  constructor({ modules, mainModule }: CellCode, builtIns: BuiltIns) {
    this.#contents = new Map(modules);
    this.#main = mainModule;
    this.#builtIns = builtIns;
  }

  /** @throws StartFailure */
  async load(): Promise<WorkerModule> {
    const content = this.#contents.get(this.#main);
    if (content === undefined) throw failure(`Error: No such module: ${this.#main}`);
    if (content.kind !== "js") throw failure("TypeError: Main module must be an ES module.");
    try {
      const main = this.#module(this.#main);
      await this.#start(main);
      return main.namespace as WorkerModule;
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      throw failure(this.#describe(error));
    }
  }

  async #start(module: Module): Promise<void> {
    let linked = this.#linked.get(module);
    if (linked === undefined && module.status === "unlinked") {
      linked = module.link((specifier, from) => this.#find(specifier, from.identifier));
      this.#linked.set(module, linked);
    }
    await linked;
    await module.evaluate();
  }

  #find(specifier: string, from: string): Module {
    const name = resolve(specifier, from);
    if (this.#contents.has(name)) return this.#module(name);
    const builtIn = this.#builtIn(specifier);
    if (builtIn !== undefined) return builtIn;
    throw failure(`Error: ${missing(specifier, name)}\n  imported from "${from}"`);
  }

  #builtIn(specifier: string): Module | undefined {
    const made = this.#made.get(`built-in ${specifier}`);
    if (made !== undefined) return made;
    const exports = this.#builtIns(specifier);
    if (exports === undefined) return undefined;
    return this.#synthetic(`built-in ${specifier}`, exports);
  }

  #module(name: string): Module {
    return this.#made.get(name) ?? this.#make(name);
  }

  #make(name: string): Module {
    const content = this.#contents.get(name) as ModuleContent;
    if (content.kind !== "js") {
      return this.#synthetic(name, { default: this.#valueOf(name, content) });
    }
    const module = this.#compile(name, content.text);
    this.#made.set(name, module);
    return module;
  }

  #compile(name: string, source: string): Module {
    try {
      return new SourceTextModule(source, {
        identifier: name,
        // Workers tell nothing of where their modules are.
        initializeImportMeta: () => undefined,
        importModuleDynamically: (specifier) => this.#import(specifier, name),
      });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const { message } = error;
      const { line, column } = syntaxErrorAt(source, message, messageOf);
      throw failure(`SyntaxError: ${message}\n  at ${name}:${line}:${column}`);
    }
  }

  async #import(specifier: string, from: string): Promise<Module> {
    const name = resolve(specifier, from);
    const module = this.#contents.has(name) ? this.#module(name) : this.#builtIn(specifier);
    if (module === undefined) throw new Error(missing(specifier, name));
    await this.#start(module);
    return module;
  }

  #synthetic(key: string, exports: Readonly<Record<string, unknown>>): Module {
    const module = new SyntheticModule(
      Object.keys(exports),
      () => {
        for (const [name, value] of Object.entries(exports)) module.setExport(name, value);
      },
      { identifier: key },
    );
    this.#made.set(key, module);
    return module;
  }

  #valueOf(name: string, content: ModuleContent): unknown {
    switch (content.kind) {
      case "text":
        return content.text;
      case "json":
        return content.value;
      case "data":
        return content.bytes;
      case "wasm":
        return new webAssembly.Module(content.bytes);
      default:
        return this.#require(name, content.text);
    }
  }

  /** A CommonJS module, which runs with its first import. */
  #require(name: string, source: string): unknown {
    const known = this.#commonJs.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.#commonJs.set(name, module);
    const parameters = ["module", "exports", "require", "__filename", "__dirname"];
    const body = compileFunction(source, parameters, {
      filename: name,
      importModuleDynamically: (specifier: string) => this.#import(specifier, name),
    });
    const require = (specifier: unknown) => this.#required(String(specifier), name);
    Reflect.apply(body, undefined, [module, module.exports, require, name, directoryOf(name)]);
    return module.exports;
  }

  #required(specifier: string, from: string): unknown {
    const name = resolve(specifier, from);
    const content = this.#contents.get(name);
    if (content === undefined) {
      const builtIn = this.#builtIns(specifier);
      if (builtIn === undefined) throw new Error(missing(specifier, name));
      return "default" in builtIn ? builtIn.default : builtIn;
    }
    if (content.kind !== "js") return this.#valueOf(name, content);
    const module = this.#made.get(name);
    if (module?.status === "evaluated") return module.namespace;
    throw new Error(`The module "${name}" must be imported before it can be required.`);
  }

  /** As the platform tells of what was thrown while the code started. */
  #describe(error: unknown): string {
    if (!(error instanceof Error)) return `Error: ${String(error)}`;
    const lines = [`${error.name}: ${error.message}`];
    const [, specifier, name] = LACKS_EXPORT.exec(error.message) ?? [];
    const place = specifier && name ? this.#importOf(specifier, name) : undefined;
    if (place !== undefined) lines.push(place);
    else lines.push(...this.#framesOf(error));
    return lines.join("\n");
  }

  #importOf(specifier: string, imported: string): string | undefined {
    for (const [name, content] of this.#contents) {
      if (content.kind !== "js") continue;
      const place: Place | undefined = importAt(content.text, specifier, imported);
      if (place !== undefined) return `  at ${name}:${place.line}:${place.column}`;
    }
    return undefined;
  }

  /** Those in the code's own modules. */
  #framesOf(error: Error): string[] {
    return String(error.stack)
      .split("\n")
      .flatMap((line) => {
        const found = /^ {4}at (?:(.+) \()?(.+):(\d+):(\d+)\)?$/.exec(line);
        const [, inside, name, row, column] = found ?? [];
        if (name === undefined || !this.#contents.has(name)) return [];
        return [`  at ${name}:${row}:${column}${inside === undefined ? "" : ` in ${inside}`}`];
      });
  }
}

/** A name as the code has it: relative to the folder of who asks. */
function resolve(specifier: string, from: string): string {
  const parts = specifier.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function directoryOf(name: string): string {
  return name.split("/").slice(0, -1).join("/") || "/";
}

function missing(specifier: string, name: string): string {
  return `No such module "${/^[a-z]+:/.test(specifier) ? specifier : name}".`;
}

function failure(reason: string): StartFailure {
  return new StartFailure(`Failed to start Worker:\nUncaught ${reason}`);
}

function messageOf(text: string): string | undefined {
  try {
    new SourceTextModule(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
