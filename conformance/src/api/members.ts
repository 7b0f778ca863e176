import type { Class, ClassElement } from "oxc-parser";
import type { Declarations, Found } from "./declarations.ts";

/**
 * The members of an exported class that its users or heirs can reach: public and protected, `static`
 * ones with that word in front, those of base classes included as far as modules are followed.
 */
export function membersOf(declarations: Declarations, file: string, name: string): Set<string> {
  const found = declarations.find(file, name);
  if (found === undefined) throw new Error(`${file} exports no ${name}`);
  return collect(declarations, found);
}

function collect(declarations: Declarations, { node, module }: Found): Set<string> {
  const members = new Set<string>();
  if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return members;
  for (const element of (node as Class).body.body) {
    const name = memberName(element);
    if (name !== undefined) members.add(name);
  }
  const base = (node as Class).superClass;
  if (base?.type !== "Identifier") return members;
  const parent = declarations.findLocal(module, base.name);
  return parent === undefined ? members : members.union(collect(declarations, parent));
}

function memberName(element: ClassElement): string | undefined {
  switch (element.type) {
    case "MethodDefinition":
    case "TSAbstractMethodDefinition":
    case "PropertyDefinition":
    case "TSAbstractPropertyDefinition":
    case "AccessorProperty":
      break;
    default:
      return undefined;
  }
  if (element.accessibility === "private" || element.computed) return undefined;
  if (element.key.type !== "Identifier" || element.key.name === "constructor") return undefined;
  return element.static ? `static ${element.key.name}` : element.key.name;
}
