import { expect, test } from "vitest";
import { Declarations } from "./declarations.ts";
import { membersOf } from "./members.ts";

const files: Readonly<Record<string, string>> = {
  "/p/index.d.ts": `
    import { t as Base } from "./base-abc.js";
    export { n as Named, type Shape, Base, Both };
    export * from "./more.js";
    export { Far } from "far";
    declare class n extends Base { own(): void; static options: {}; }
    interface Shape { a: 1 }
    declare const Both: unique symbol;
    type Both = typeof Both;
  `,
  "/p/base-abc.d.ts": `
    declare class Base extends Unknown {
      #hidden;
      private secret(): void;
      protected kept: number;
      get value(): number;
      constructor(x: number);
      [Symbol.iterator](): void;
    }
    export { Base as t };
  `,
  "/p/more.d.ts": "export declare function act(): void; export type Late = 1; export default act;",
  "/p/ours.ts": `export class Ours { #x = 1; open = 2; async run<T>(value: T) { return value; } }`,
};

const declarations = new Declarations({
  read: (file) => files[file]!,
  resolvePackage: () => undefined,
});

test("exports are followed through renames and stars to values and types", () => {
  expect(Object.fromEntries(declarations.exportsOf("/p/index.d.ts"))).toEqual({
    Named: "value",
    Shape: "type",
    Base: "value",
    Both: "value",
    Far: "value",
    act: "value",
    Late: "type",
  });
});

test("members are public and protected, inherited ones included", () => {
  const members = membersOf(declarations, "/p/index.d.ts", "Named");
  expect([...members].sort()).toEqual(["kept", "own", "static options", "value"]);
});

test("members of a source file", () => {
  expect([...membersOf(declarations, "/p/ours.ts", "Ours")]).toEqual(["open", "run"]);
  expect(() => membersOf(declarations, "/p/ours.ts", "Nobody")).toThrow("exports no Nobody");
});
