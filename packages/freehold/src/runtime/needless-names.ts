import { type AnyNode, type Expression, type Node, parse } from "acorn";

/** As esbuild writes the function that gives names, with a number behind it where the name is taken. */
const HELPER = /^var (__name\d*) = \(target, value\) => __defProp\d*\(target, "name"/m;

/** A piece of code that is not needed: from one place to another. */
type Cut = readonly [from: number, to: number];

/** What stands where a function may, and the name that one without a name gets there. */
type Place = readonly [value: AnyNode, name?: string | undefined];

/**
 * Takes the names out of a bundle that functions have anyhow. esbuild gives every function its name by a
 * call, also where it has not been renamed, and also those that are made anew with each request: in an
 * agent's first moments that is hundreds of calls (docs/design/014). Classes, and functions that lost
 * their name, keep theirs.
 *
 * What goes is overwritten with spaces: source maps still fit.
 */
export function withoutNeedlessNames(code: string): string {
  const helper = HELPER.exec(code)?.[1];
  if (helper === undefined) return code;
  const cuts = [...needless(parse(code, { ecmaVersion: "latest", sourceType: "module" }), helper)];
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of cuts.sort(([a], [b]) => a - b)) {
    parts.push(code.slice(at, from), code.slice(from, to).replace(/[^\n]/g, " "));
    at = to;
  }
  return parts.join("") + code.slice(at);
}

function* needless(root: AnyNode, helper: string): Generator<Cut> {
  const open: AnyNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const [value, name] of namings(node)) yield* aroundFunction(value, name, helper);
    if (node.type === "Program" || node.type === "BlockStatement") {
      yield* behindFunctions(node.body as readonly AnyNode[], helper);
    }
    for (const child of Object.values(node)) {
      if (Array.isArray(child)) open.push(...child.filter(isNode));
      else if (isNode(child)) open.push(child);
    }
  }
}

function namings(node: AnyNode): readonly Place[] {
  switch (node.type) {
    case "VariableDeclarator":
      return node.init ? [[node.init, identifier(node.id)]] : [];
    case "AssignmentExpression":
      return [[node.right, identifier(node.left)]];
    case "Property":
    case "PropertyDefinition":
      return node.value ? [[node.value, node.computed ? undefined : keyName(node.key)]] : [];
    case "CallExpression":
    case "NewExpression":
      return node.arguments.map((argument) => [argument]);
    case "ReturnStatement":
      return node.argument ? [[node.argument]] : [];
    default:
      return [];
  }
}

/** `__name(() => …, "a")` where the function is called `a` by itself. */
function* aroundFunction(value: AnyNode, name: string | undefined, helper: string): Generator<Cut> {
  const [target, given] = named(value, helper) ?? [];
  if (target === undefined) return;
  const isFunction = target.type === "FunctionExpression";
  if (!isFunction && target.type !== "ArrowFunctionExpression") return;
  if (((isFunction && target.id?.name) || name) !== given) return;
  yield [value.start, target.start];
  yield [target.end, value.end];
}

/** `__name(a, "a");` in the block that declares the function `a`. */
function* behindFunctions(body: readonly AnyNode[], helper: string): Generator<Cut> {
  const declared = new Set(body.map(declaredFunction));
  for (const statement of body) {
    if (statement.type !== "ExpressionStatement") continue;
    const [target, given] = named(statement.expression, helper) ?? [];
    if (target?.type !== "Identifier" || target.name !== given || !declared.has(given)) continue;
    yield [statement.start, statement.end];
  }
}

function declaredFunction(statement: AnyNode): string | undefined {
  const inner = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  return inner?.type === "FunctionDeclaration" ? inner.id?.name : undefined;
}

/** What a call of the helper names, and how. */
function named(node: AnyNode, helper: string): [AnyNode, string] | undefined {
  if (node.type !== "CallExpression" || identifier(node.callee) !== helper) return undefined;
  const [target, name] = node.arguments as Expression[];
  return target !== undefined && name?.type === "Literal" && typeof name.value === "string"
    ? [target, name.value]
    : undefined;
}

function identifier(node: AnyNode): string | undefined {
  return node.type === "Identifier" ? node.name : undefined;
}

/** `__proto__` is no property of that name. */
function keyName(key: AnyNode): string | undefined {
  const name = key.type === "Literal" ? key.value : identifier(key);
  return typeof name === "string" && name !== "__proto__" ? name : undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as Node | null)?.type === "string";
}
