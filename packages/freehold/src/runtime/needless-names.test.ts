import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { withoutNeedlessNames } from "./needless-names.ts";

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "ts" },
    write: false,
    bundle: true,
    format: "esm",
    target: "es2024",
    keepNames: true,
  });
  return outputFiles[0]!.text;
}

async function run(code: string): Promise<unknown> {
  const { default: value } = await import(
    `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
  );
  return value;
}

const calls = (code: string) => code.match(/__name\d*\(/g)?.length ?? 0;

/** Every place where a function may stand, each with the name that it must have. */
const PLACES = `
  const outer = () => 1;
  function make(a) {
    const emit = () => a;
    const gen = async function* () { yield a; };
    function inner() { return a; }
    let later; later = () => a;
    let maybe; maybe ??= () => a;
    const o = { interval: () => a, "with-dash": () => a, method() { return a; }, same: function same() {} };
    const hidden = { __proto__: () => a };
    const other = function own() { return own; };
    const shadow = (() => { const outer = () => a; return outer; })();
    class Local { field = () => a; static one = () => a; #own = () => a; get own() { return this.#own; } }
    const dynamic = { ["x" + a]: () => a };
    return [emit, gen, inner, later, maybe, o.interval, o["with-dash"], o.method, o.same,
      Object.getPrototypeOf(hidden), other, shadow, Local, new Local().field, Local.one, new Local().own,
      dynamic.x1, function () {}, ((x) => x)(() => a), (() => function named() {})()];
  }
  export default [outer, make, ...make(1)].map((each) => each.name);
`;

describe("withoutNeedlessNames", () => {
  it("leaves every function the name that it has", async () => {
    const code = await bundle(PLACES);
    const less = withoutNeedlessNames(code);
    expect(await run(less)).toEqual(await run(code));
    expect(calls(less)).toBeLessThan(calls(code) / 2);
  });

  it("leaves every place where it is, for source maps", async () => {
    const code = await bundle(PLACES);
    const less = withoutNeedlessNames(code);
    expect(less.length).toBe(code.length);
    const shape = (text: string) => text.split("\n").map((line) => line.length);
    expect(shape(less)).toEqual(shape(code));
  });

  it("keeps names that were changed, and those of classes", async () => {
    const code = await bundle(`
      const stdin_default = 1, __name = "taken";
      class Room {}
      {
        class Room { where = "inside"; }
        function stdin_default2() {}
        globalThis.found = [Room.name, stdin_default2.name];
      }
      export default [Room.name, ...globalThis.found, __name, stdin_default];
    `);
    const less = withoutNeedlessNames(code);
    expect(await run(less)).toEqual(["Room", "Room", "stdin_default2", "taken", 1]);
  });

  it("leaves functions of requests no call of that kind", async () => {
    const less = withoutNeedlessNames(
      await bundle("export default (a) => { const b = () => a; function c() { b(); } return c; };"),
    );
    const [, body = ""] = less.split("(a) =>");
    expect(calls(body)).toBe(0);
  });

  it("leaves alone what has no names", () => {
    expect(withoutNeedlessNames("const a = (;")).toBe("const a = (;");
  });
});
