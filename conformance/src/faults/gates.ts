import type { Fault } from "./fault.ts";

/** What starts when, and what leaves when. */
export const gateFaults: readonly Fault[] = [
  {
    name: "no-output-gate",
    programs: ["gates/send-after-write", "gates/frame-after-write", "gates/chunk-after-write"],
    edits: [
      {
        file: "objects/output-gate.ts",
        find: "wait(): Promise<void> | undefined {",
        put: "wait(): Promise<void> | undefined {\n    return undefined;",
      },
    ],
  },
  {
    name: "commit-after-send",
    programs: ["gates/send-after-write", "gates/frame-after-write"],
    edits: [
      {
        file: "objects/output-gate.ts",
        find: "    if (this.#dirty) {\n      if (this.#turn === undefined) {",
        put: "    if (this.#dirty) return undefined;\n    if (this.#dirty) {\n      if (this.#turn === undefined) {",
      },
    ],
  },
  {
    name: "output-gate-skips-chunks",
    programs: ["gates/chunk-after-write"],
    edits: [
      { file: "objects/response-body.ts", find: "          await activation.gate();\n", put: "" },
    ],
  },
  {
    name: "output-gate-skips-frames",
    programs: ["gates/frame-after-write"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "readonly #gate: Gate = () => this.#home.owner.gate();",
        put: "readonly #gate: Gate = () => undefined;",
      },
    ],
  },
  {
    name: "output-gate-skips-calls",
    programs: ["gates/send-after-write"],
    edits: [
      {
        file: "rpc/exchange.ts",
        find: "const gate = invocation.getStore()?.gate?.();",
        put: "const gate = undefined as Promise<void> | undefined;",
      },
    ],
  },
  {
    name: "lost-event-order",
    programs: ["stubs/order", "stubs/fetch-order"],
    edits: [
      {
        file: "objects/queue.ts",
        find: "  shift(): T | undefined {\n",
        put: "  shift(): T | undefined {\n    if (this.size > 1) return this.#items.pop();\n",
      },
    ],
  },
  {
    name: "events-share-a-turn",
    programs: ["gates/microtasks"],
    edits: [
      {
        file: "objects/event-pump.ts",
        find: "    this.beginTurn();\n    work.start();\n  };",
        put: '    work.start();\n    this.#state = "idle";\n    this.#schedule();\n  };',
      },
    ],
  },
  {
    name: "section-does-not-block",
    programs: ["gates/block", "gates/block-nested"],
    edits: [{ file: "objects/gates.ts", find: "    this.#current = child;\n", put: "" }],
  },
  {
    name: "section-continuation-last",
    programs: ["gates/block"],
    edits: [
      {
        file: "objects/event-pump.ts",
        find: "    continuation();\n    this.#host.countSection(-1);",
        put: "    setImmediate(continuation);\n    this.#host.countSection(-1);",
      },
    ],
  },
  {
    name: "section-failure-is-survived",
    programs: ["gates/block-throws", "gates/block-unawaited"],
    edits: [
      {
        file: "objects/event-pump.ts",
        find: "if (isFatal) this.#host.onSectionFailed(error);",
        put: "if (isFatal && this.#host === undefined) this.#host.onSectionFailed(error);",
      },
    ],
  },
  {
    name: "replies-pass-the-input-gate",
    programs: ["gates/block-replies"],
    edits: [
      {
        file: "rpc/exchange.ts",
        find: "return admitted(gate === undefined ? start() : gate.then(start));",
        put: "return gate === undefined ? start() : gate.then(start);",
      },
    ],
  },
  {
    name: "constructor-section-does-not-hold",
    programs: ["gates/constructor-blocks"],
    edits: [
      {
        file: "objects/gates.ts",
        find: "    const child = this.#current.children.shift();\n",
        put: "    if (this.#current.waiting.size > 0) return this.#current.waiting.shift();\n    const child = this.#current.children.shift();\n",
      },
    ],
  },
];
