import type { Fault } from "./fault.ts";

/** What is sent, and to whom. */
export const emailFaults: readonly Fault[] = [
  {
    name: "sends-to-anybody",
    programs: ["email/restrictions"],
    edits: [
      {
        file: "email/send-email.ts",
        find: "const other = allowed && ",
        put: "const other = allowed?.length === 0 && ",
      },
    ],
  },
  {
    name: "sends-from-anybody",
    programs: ["email/written"],
    edits: [{ file: "email/written.ts", find: "!== from) throw", put: "=== undefined) throw" }],
  },
  {
    name: "replies-out-of-thread",
    programs: ["email/replies"],
    edits: [
      { file: "email/written.ts", find: "if (inReplyTo !== id)", put: "if (inReplyTo === '')" },
    ],
  },
  {
    name: "replies-to-machines",
    programs: ["email/replies"],
    edits: [
      {
        file: "email/written.ts",
        find: "return hasSender && !isAutomatic &&",
        put: "return hasSender &&",
      },
    ],
  },
];
