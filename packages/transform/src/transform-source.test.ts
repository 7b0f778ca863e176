import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TransformError } from "./errors.ts";
import { transformSource, transformSourceAsync } from "./transform-source.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "freehold-transform-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `const seen: string[] = [];
function record(_: unknown, context: ClassMethodDecoratorContext) { seen.push(String(context.name)); }

export class Greeter {
  @record
  greet(name: string): string {
    return "Hello " + name;
  }
}
export { seen };
`;

async function run(code: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

function thrownBy(action: () => unknown): TransformError {
  try {
    action();
  } catch (error) {
    if (error instanceof TransformError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("transformSource", () => {
  it("makes decorated TypeScript run on plain Node", async () => {
    const output = transformSource(SOURCE, { path: join(folder, "greeter.ts") });
    const module = await run(output?.code ?? "");
    const Greeter = module.Greeter as new () => { greet(name: string): string };
    expect(new Greeter().greet("you")).toBe("Hello you");
    expect(Greeter.name).toBe("Greeter");
    expect(module.seen).toEqual(["greet"]);
  });

  it("maps what it wrote back to the source", () => {
    const path = join(folder, "greeter.ts");
    const output = transformSource(SOURCE, { path });
    const generated = output?.code ?? "";
    const before = generated.slice(0, generated.indexOf('"Hello "'));
    const origin = new SourceMap(JSON.parse(output?.map ?? "")).findEntry(
      before.split("\n").length - 1,
      before.length - before.lastIndexOf("\n") - 1,
    );
    expect(origin).toMatchObject({ originalSource: path, originalLine: 6 });
  });

  it("appends the map when asked to", () => {
    const options = { path: join(folder, "greeter.ts"), sourceMap: "inline" } as const;
    expect(transformSource(SOURCE, options)?.code).toMatch(/\n\/\/# sourceMappingURL=data:/);
  });

  it("compiles enums, parameter properties and JSX, which Node does not strip", async () => {
    const source = `enum Mood { Calm = 1 }
      export class Box { constructor(readonly mood = Mood.Calm) {} }
      export const view = () => <p>hi</p>;`;
    const output = transformSource(source, { path: join(folder, "box.tsx") });
    expect(output?.code).toContain("react/jsx-runtime");
    const kept = transformSource(source, { path: join(folder, "box.tsx"), jsx: "keep" });
    expect(kept?.code).toContain("<p>hi</p>");
    const module = await run((kept?.code ?? "").replace("<p>hi</p>", "0"));
    expect(new (module.Box as new () => { mood: number })().mood).toBe(1);
  });

  it("reads JSX in JavaScript, whatever its name", () => {
    const source = "@sealed class View { show() { return <p>hi</p>; } }";
    const { code } = transformSource(source, { path: join(folder, "view.js") }) ?? { code: "" };
    expect(code).toContain("react/jsx-runtime");
    expect(code).not.toContain("@sealed");
  });

  it("leaves plain JavaScript and other files alone", () => {
    expect(transformSource("export const a = 1", { path: join(folder, "a.js") })).toBeUndefined();
    expect(transformSource("@media print {}", { path: join(folder, "a.css") })).toBeUndefined();
  });

  it("says where a syntax error is", () => {
    const path = join(folder, "broken.ts");
    const error = thrownBy(() => transformSource("const a = 1;\nclass {", { path }));
    expect(error).toMatchObject({
      code: "TRANSFORM_FAILED",
      location: { file: path, line: 2, column: 6 },
    });
  });

  it("gives the same errors without blocking", async () => {
    const failed = transformSourceAsync("class {", { path: join(folder, "broken.ts") });
    await expect(failed).rejects.toMatchObject({ code: "TRANSFORM_FAILED" });
  });
});

describe("tsconfig", () => {
  it("refuses legacy decorators, and only in decorated files", () => {
    const legacy = mkdtempSync(join(folder, "legacy-"));
    writeFileSync(
      join(legacy, "tsconfig.json"),
      '{ "compilerOptions": { "experimentalDecorators": true } }',
    );
    const error = thrownBy(() => transformSource(SOURCE, { path: join(legacy, "a.ts") }));
    expect(error.code).toBe("LEGACY_DECORATORS");
    expect(error.help).toContain("experimentalDecorators");
    expect(
      transformSource("export const a = 1 as number", { path: join(legacy, "b.ts") }),
    ).toBeDefined();
  });

  it("reports a tsconfig that cannot be read", () => {
    const broken = mkdtempSync(join(folder, "broken-"));
    writeFileSync(join(broken, "tsconfig.json"), '{ "extends": "./absent.json" }');
    const error = thrownBy(() => transformSource(SOURCE, { path: join(broken, "a.ts") }));
    expect(error.code).toBe("TSCONFIG_UNREADABLE");
  });

  it("follows the project's choice of field semantics and JSX runtime", () => {
    const project = mkdtempSync(join(folder, "project-"));
    writeFileSync(
      join(project, "tsconfig.json"),
      '{ "compilerOptions": { "useDefineForClassFields": false, "jsxImportSource": "preact" } }',
    );
    const source = "export class A { count = 1 }\nexport const view = <p />;";
    const code = transformSource(source, { path: join(project, "a.tsx") })?.code;
    expect(code).toContain("preact/jsx-runtime");
    expect(code).toMatch(/constructor\(\)[^}]*"?count"?/);
  });
});
