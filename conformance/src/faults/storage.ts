import type { Fault } from "./fault.ts";

/** Keys, SQL and transactions. */
export const storageFaults: readonly Fault[] = [
  {
    name: "no-rollback-in-transaction-sync",
    programs: ["transactions/sync", "transactions/sync-deep"],
    edits: [
      {
        file: "storage/session.ts",
        find: "      this.undo(level);\n      this.leave(level);\n",
        put: "      this.leave(level);\n",
      },
    ],
  },
  {
    name: "no-rollback-in-transaction",
    programs: ["transactions/async", "transactions/async-nested"],
    edits: [
      {
        file: "storage/durable-object-storage.ts",
        find: "    session.undo(level);\n    throw error;",
        put: "    throw error;",
      },
    ],
  },
  {
    name: "transaction-lets-events-in",
    programs: ["gates/transaction-holds"],
    edits: [
      {
        file: "storage/durable-object-storage.ts",
        find: "return await this.#parts.exclusively(async () => {",
        put: "return await (async (act: () => Promise<unknown>) => act())(async () => {",
      },
    ],
  },
  {
    name: "each-write-its-own-commit",
    programs: ["gates/one-commit"],
    edits: [
      {
        file: "storage/session.ts",
        find: "    this.transactions.ensure(open.database);\n",
        put: "    if (this.transactions.open && this.transactions.depth === 0) this.commit();\n    this.transactions.ensure(open.database);\n",
      },
    ],
  },
  {
    name: "key-order-wrong",
    programs: ["kv/list-byte-order"],
    edits: [
      {
        file: "storage/kv.ts",
        find: "ORDER BY key $",
        put: "ORDER BY lower(key) $",
      },
    ],
  },
  {
    name: "several-keys-unsorted",
    programs: ["kv/many"],
    edits: [
      {
        file: "storage/kv.ts",
        find: "for (const key of sortKeys(keys)) {",
        put: "for (const key of keys) {",
      },
    ],
  },
  {
    name: "prefix-without-an-end",
    programs: ["kv/list", "kv/list-prefix"],
    edits: [
      {
        file: "storage/kv.ts",
        find: "range.prefix ? afterPrefix(range.prefix) : undefined",
        put: "range.prefix ? undefined && afterPrefix(range.prefix) : undefined",
      },
    ],
  },
  {
    name: "range-end-included",
    programs: ["kv/list", "kv/list-reverse"],
    edits: [
      {
        file: "storage/kv.ts",
        find: ", range.end],",
        put: ', range.end === undefined ? undefined : range.end.concat("\\0")],',
      },
    ],
  },
  {
    name: "undefined-stored",
    programs: ["kv/undefined"],
    edits: [
      {
        file: "storage/kv-arguments.ts",
        find: "if (value === undefined) throw storageErrors.undefinedValue();",
        put: "",
      },
    ],
  },
  {
    name: "hidden-tables-open",
    programs: ["kv/hidden-table", "sql/refused-names"],
    edits: [
      {
        file: "storage/authorizer.ts",
        find: "return name?.toLowerCase().startsWith(OWN_PREFIX) ?? false;",
        put: "return name === OWN_PREFIX;",
      },
    ],
  },
  {
    name: "bytes-as-typed-arrays",
    programs: ["sql/mapping-out", "sql/blobs"],
    edits: [
      {
        file: "storage/values.ts",
        find: "if (byteLength === buffer.byteLength) return buffer;",
        put: "if (buffer) return bytes as unknown as ArrayBuffer;",
      },
    ],
  },
  {
    name: "undefined-not-null-in-sql",
    programs: ["sql/mapping-in", "sql/other-values-in"],
    edits: [
      { file: "storage/values.ts", find: '    case "undefined":\n      return null;\n', put: "" },
    ],
  },
  {
    name: "any-statement-takes-parameters",
    programs: ["sql/statements", "sql/statements-bindings"],
    edits: [
      {
        file: "storage/sql.ts",
        find: "if (part.parameters > 0) throw storageErrors.parametersBeforeLast();",
        put: "",
      },
    ],
  },
];
