import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Class, ModuleExportName, Statement } from "oxc-parser";
import { parseSync } from "oxc-parser";

/** Whether a name exists at run time or only for the compiler. */
export type ExportKind = "value" | "type";

/** Where a name comes from: declared here, or taken from another module. */
type Binding =
  | { readonly kind: "local"; readonly name: string }
  | { readonly kind: "from"; readonly source: string; readonly name: string };

interface Declaration {
  readonly kind: ExportKind;
  readonly node: Statement | Class;
}

interface ParsedModule {
  readonly file: string;
  readonly exports: ReadonlyMap<string, Binding>;
  readonly imports: ReadonlyMap<string, Binding>;
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly stars: readonly string[];
}

/** A declaration together with the module that holds it. */
export interface Found extends Declaration {
  readonly module: ParsedModule;
}

/** How module texts are read and packages found; `undefined` when a package is not followed. */
export interface Sources {
  read(file: string): string;
  resolvePackage(specifier: string, from: string): string | undefined;
}

/** Reads TypeScript modules, `.ts` and `.d.ts`, and follows their exports to declarations. */
export class Declarations {
  readonly #sources: Sources;
  readonly #modules = new Map<string, ParsedModule>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Every exported name of a module and whether it is a value; re-exports are followed. */
  exportsOf(file: string): Map<string, ExportKind> {
    const names = new Map<string, ExportKind>();
    for (const name of this.#exportedNames(file, new Set())) {
      names.set(name, this.find(file, name)?.kind ?? "value");
    }
    return names;
  }

  /** The declaration behind an exported name; undefined when it leaves what is followed. */
  find(file: string, name: string): Found | undefined {
    const module = this.#module(file);
    const binding = module.exports.get(name);
    if (binding) return this.#follow(module, binding);
    for (const star of module.stars) {
      const target = this.#target(star, file);
      const found = target === undefined ? undefined : this.find(target, name);
      if (found) return found;
    }
    return undefined;
  }

  /** The declaration behind a name that a module uses. */
  findLocal(module: ParsedModule, name: string): Found | undefined {
    return this.#follow(module, { kind: "local", name });
  }

  #follow(module: ParsedModule, binding: Binding): Found | undefined {
    if (binding.kind === "from") {
      const target = this.#target(binding.source, module.file);
      return target === undefined ? undefined : this.find(target, binding.name);
    }
    const declaration = module.declarations.get(binding.name);
    if (declaration) return { ...declaration, module };
    const imported = module.imports.get(binding.name);
    return imported ? this.#follow(module, imported) : undefined;
  }

  #exportedNames(file: string, seen: Set<string>): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    const { exports, stars } = this.#module(file);
    const inherited = stars.flatMap((star) => {
      const target = this.#target(star, file);
      return target === undefined ? [] : this.#exportedNames(target, seen);
    });
    return [...exports.keys(), ...inherited.filter((name) => name !== "default")];
  }

  #target(source: string, from: string): string | undefined {
    if (!source.startsWith(".")) return this.#sources.resolvePackage(source, from);
    return resolve(dirname(from), source.replace(/\.js$/, ".d.ts"));
  }

  #module(file: string): ParsedModule {
    const known = this.#modules.get(file);
    if (known) return known;
    const module = parseModule(file, this.#sources.read(file));
    this.#modules.set(file, module);
    return module;
  }
}

/** Reads files from disk. */
export const readFromDisk = (file: string): string => readFileSync(file, "utf8");

function parseModule(file: string, text: string): ParsedModule {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const exports = new Map<string, Binding>();
  const imports = new Map<string, Binding>();
  const declarations = new Map<string, Declaration>();
  const stars: string[] = [];
  const declare = (node: Statement) => {
    const names = declaredNames(node);
    for (const { name, kind } of names) {
      // A type may share its name with a value, which then stands for both.
      if (declarations.get(name)?.kind !== "value") declarations.set(name, { kind, node });
    }
    return names.map(({ name }) => name);
  };
  for (const node of program.body as Statement[]) {
    switch (node.type) {
      case "ImportDeclaration":
        for (const specifier of node.specifiers) {
          const name =
            specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "default";
          imports.set(specifier.local.name, { kind: "from", source: node.source.value, name });
        }
        break;
      case "ExportAllDeclaration":
        stars.push(node.source.value);
        break;
      case "ExportDefaultDeclaration":
        exports.set("default", { kind: "local", name: "default" });
        break;
      case "ExportNamedDeclaration":
        if (node.declaration) {
          for (const name of declare(node.declaration as Statement)) {
            exports.set(name, { kind: "local", name });
          }
        }
        for (const { local, exported } of node.specifiers) {
          const name = nameOf(local);
          const source = node.source?.value;
          exports.set(
            nameOf(exported),
            source === undefined ? { kind: "local", name } : { kind: "from", source, name },
          );
        }
        break;
      default:
        declare(node);
    }
  }
  return { file, exports, imports, declarations, stars };
}

function nameOf(name: ModuleExportName): string {
  return name.type === "Literal" ? name.value : name.name;
}

function declaredNames(node: Statement): { name: string; kind: ExportKind }[] {
  switch (node.type) {
    case "ClassDeclaration":
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return node.id ? [{ name: node.id.name, kind: "value" }] : [];
    case "TSEnumDeclaration":
      return [{ name: node.id.name, kind: "value" }];
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return [{ name: node.id.name, kind: "type" }];
    case "VariableDeclaration":
      return node.declarations.flatMap(({ id }) =>
        id.type === "Identifier" ? [{ name: id.name, kind: "value" as const }] : [],
      );
    default:
      return [];
  }
}
