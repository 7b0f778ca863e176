import type { Fault } from "./fault.ts";

/** Calls and what they carry. */
export const rpcFaults: readonly Fault[] = [
  {
    name: "own-properties-visible",
    programs: ["stubs/lookup", "rpc/target-members", "entrypoints/lookup"],
    edits: [
      {
        file: "rpc/lookup.ts",
        find: "let prototype: object | null = Object.getPrototypeOf(target);",
        put: "let prototype: object | null = target;",
      },
    ],
  },
  {
    name: "reserved-names-callable",
    programs: ["stubs/reserved"],
    edits: [{ file: "rpc/lookup.ts", find: '  "alarm",\n', put: "" }],
  },
  {
    name: "arguments-not-copied",
    programs: ["rpc/copies"],
    edits: [
      {
        file: "rpc/values.ts",
        find: "const prototype: unknown = Object.getPrototypeOf(value);",
        put: "const prototype: unknown = Object.getPrototypeOf(value);\n    if (prototype === Object.prototype) return value;",
      },
    ],
  },
  {
    name: "instances-cross",
    programs: ["rpc/refused"],
    edits: [
      {
        file: "rpc/values.ts",
        find: "    return this.#capability(value);\n  }",
        put: "    return this.#plain(value);\n  }",
      },
    ],
  },
  {
    name: "shared-references-split",
    programs: ["rpc/values"],
    edits: [
      {
        file: "rpc/values.ts",
        find: "    if (seen !== undefined) {",
        put: "    if (seen !== undefined && !Array.isArray(seen) && !Object.hasOwn(seen, 's')) {",
      },
    ],
  },
  {
    name: "remote-flag-lost",
    programs: ["rpc/errors", "rpc/error-chain"],
    edits: [{ file: "rpc/errors.ts", find: "details, { remote: true }", put: "details" }],
  },
  {
    name: "error-classes-lost",
    programs: ["rpc/errors"],
    edits: [
      {
        file: "rpc/errors.ts",
        find: "BUILT_IN.get(name) ?? Error",
        put: "BUILT_IN.get(name.toUpperCase()) ?? Error",
      },
    ],
  },
  {
    name: "duplicate-shares-its-end",
    programs: ["rpc/dispose-dup"],
    edits: [
      {
        file: "rpc/local.ts",
        find: "return new LocalHook(this.#exported, this.#peer, false);",
        put: "return this;",
      },
    ],
  },
  {
    name: "disposer-not-called",
    programs: ["rpc/dispose-result", "rpc/dispose-parameter"],
    edits: [
      {
        file: "rpc/local.ts",
        find: 'if (typeof disposer === "function") queueMicrotask',
        put: 'if (typeof disposer === "number") queueMicrotask',
      },
    ],
  },
  {
    name: "parameters-outlive-their-call",
    programs: ["rpc/functions", "rpc/dispose-parameter"],
    edits: [
      {
        file: "rpc/exchange.ts",
        find: "    this.#crossing?.dispose();\n",
        put: "",
      },
    ],
  },
  {
    name: "size-not-limited",
    programs: ["rpc/size"],
    edits: [
      {
        file: "rpc/size.ts",
        find: "if (this.bytes > rpcBytes) throw",
        put: "if (this.bytes > rpcBytes * 2) throw",
      },
    ],
  },
  {
    name: "stub-is-thenable",
    programs: ["stubs/shape"],
    edits: [
      {
        file: "rpc/stub.ts",
        find: 'return kind === "promise" || kind === "property";',
        put: 'return kind === "promise" || kind === "property" || kind === "object";',
      },
    ],
  },
  {
    name: "letters-cost-a-byte-each",
    programs: ["rpc/size-of-parts"],
    edits: [{ file: "rpc/size.ts", find: "isWide(value) ? 2 * length : length", put: "length" }],
  },
  {
    name: "numbers-cost-the-same",
    programs: ["rpc/size-of-parts"],
    edits: [
      {
        file: "rpc/size.ts",
        find: "const isSmall = Number.isInteger(value)",
        put: "const isSmall = value !== value",
      },
    ],
  },
  {
    name: "envelope-costs-nothing",
    programs: ["rpc/size-edge"],
    edits: [{ file: "rpc/size.ts", find: "bytes = HEADER_BYTES;", put: "bytes = -64;" }],
  },
  {
    name: "exports-are-handed-on",
    programs: ["facets/class-passed-on", "facets/passed-on"],
    edits: [
      {
        file: "rpc/memory.ts",
        find: "    if (hasBrand(value, brands.loopback)) throw cannotCross(value);\n",
        put: "",
      },
    ],
  },
  {
    name: "disturbed-streams-cross",
    programs: ["rpc/stream-kinds"],
    edits: [
      {
        file: "rpc/streams.ts",
        find: "if (Readable.isDisturbed(stream as unknown as Readable)) throw",
        put: "if (stream.locked && Readable.isDisturbed(stream as unknown as Readable)) throw",
      },
    ],
  },
  {
    name: "returned-stub-stays-with-who-returned-it",
    programs: ["rpc/returned-stub-moves"],
    edits: [
      { file: "rpc/memory.ts", find: "        if (this.#isResult) disposeStub(state);\n", put: "" },
    ],
  },
  {
    name: "stubs-outlive-their-event",
    programs: ["entrypoints/stubs-end-with-the-event"],
    edits: [
      { file: "rpc/scope.ts", find: "    for (const one of held) one.dispose();\n", put: "" },
    ],
  },
  {
    name: "setters-are-read",
    programs: ["rpc/odd-methods"],
    edits: [
      { file: "rpc/lookup.ts", find: "    if (descriptor?.set !== undefined) break;\n", put: "" },
    ],
  },
];
