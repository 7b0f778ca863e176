import type { Fault } from "./fault.ts";

/** Sockets, asleep and awake. */
export const socketFaults: readonly Fault[] = [
  {
    name: "attachment-lost-at-hibernation",
    programs: ["sockets/hibernation"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "    this.#lent = undefined;\n",
        put: "    this.#lent = undefined;\n    this.connection.attachment = undefined;\n",
      },
    ],
  },
  {
    name: "tags-lost-at-hibernation",
    programs: ["hibernation/several-sockets"],
    edits: [
      {
        file: "sockets/registry.ts",
        find: "for (const entry of this.#sockets.values()) entry.takeBack();",
        put: "for (const entry of this.#sockets.values()) entry.takeBack();\n    this.#byTag.clear();",
      },
    ],
  },
  {
    name: "automatic-answer-wakes",
    programs: ["sockets/answer-counts", "sockets/hibernatable"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "    this.autoResponseTime = this.#home.now();\n",
        put: "    this.autoResponseTime = this.#home.now();\n    this.#handle(data, data.length);\n",
      },
    ],
  },
  {
    name: "automatic-answer-time-lost",
    programs: ["sockets/answer-time"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "    this.autoResponseTime = this.#home.now();\n",
        put: "",
      },
    ],
  },
  {
    name: "event-timeout-ignored",
    programs: ["sockets/event-timeout"],
    edits: [{ file: "objects/event-timeout.ts", find: "    timed.expire();\n", put: "" }],
  },
  {
    name: "wrong-close-code",
    programs: ["sockets/closing", "sockets/close-answer"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: '{ type: "close", ...close }',
        put: '{ type: "close", ...close, code: 1006 }',
      },
    ],
  },
  {
    name: "reserved-close-codes-sent",
    programs: ["sockets/close-codes"],
    edits: [
      {
        file: "sockets/connection.ts",
        find: "new Set([1004, 1005, 1006, 1015])",
        put: "new Set([1005, 1006, 1015])",
      },
    ],
  },
  {
    name: "closed-socket-stays-listed",
    programs: ["sockets/leaves-the-list"],
    edits: [
      {
        file: "sockets/registry.ts",
        find: "    this.#sockets.delete(entry.connection);\n",
        put: "",
      },
    ],
  },
  {
    name: "sockets-listed-oldest-first",
    programs: ["sockets/listing"],
    edits: [
      {
        file: "sockets/registry.ts",
        find: "(entry) => entry.borrow()).reverse();",
        put: "(entry) => entry.borrow());",
      },
    ],
  },
  {
    name: "new-socket-object-each-time",
    programs: ["sockets/same-object"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "this.#lent ??= lend(",
        put: "this.#lent = lend(",
      },
    ],
  },
  {
    name: "reset-keeps-sockets-open",
    programs: ["abort/sockets"],
    edits: [
      {
        file: "objects/object-directory.ts",
        find: 'if (why === "reset") entry.sockets?.terminateAll();',
        put: 'if (why === "reset") entry.sockets?.hibernate();',
      },
    ],
  },
  {
    name: "sending-to-a-lost-peer-throws",
    programs: ["sockets/send-after-the-end"],
    edits: [
      {
        file: "sockets/connection.ts",
        find: '    if (this.phase === "lost") return;\n    this.#mustBeTaken();\n    if (this.sentClose) throw',
        put: "    if (this.sentClose) throw",
      },
    ],
  },
  {
    name: "attachment-lost-with-the-close",
    programs: ["sockets/attachments-and-close"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: "    const { connection } = this;\n    if (!connection.sentClose) {",
        put: "    const { connection } = this;\n    connection.attachment = undefined;\n    if (!connection.sentClose) {",
      },
    ],
  },
  {
    name: "standard-sockets-pass-the-input-gate",
    programs: ["sockets/waits-for-sections"],
    edits: [
      {
        file: "sockets/events.ts",
        find: "(context?.run ? context.run(inContext) : inContext())",
        put: "inContext()",
      },
    ],
  },
  {
    name: "automatic-answer-to-bytes",
    programs: ["sockets/answer-only-to-text"],
    edits: [
      {
        file: "sockets/hibernatable-socket.ts",
        find: '    if (typeof data !== "string") {\n      this.#handle',
        put: '    if (typeof data !== "string" && this.#home.autoAnswer(Buffer.from(data).toString()) !== undefined) {\n      this.message(Buffer.from(data).toString());\n      return;\n    }\n    if (typeof data !== "string") {\n      this.#handle',
      },
    ],
  },
];
