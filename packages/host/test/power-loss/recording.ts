import { basename, dirname } from "node:path";

/** What a process did to the files below a directory, in order. Files are told apart by number. */
export type Operation =
  | { readonly kind: "write"; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly file: number; readonly size: number }
  | {
      readonly kind: "link";
      readonly directory: string;
      readonly name: string;
      readonly file: number;
    }
  | {
      readonly kind: "unlink";
      readonly directory: string;
      readonly name: string;
      /** The name that took this one's place: file systems do both or nothing. */
      readonly renamed?: string;
    }
  /** Makes durable what was done to the file by the first `covers` operations. */
  | { readonly kind: "sync"; readonly file: number; readonly covers: number }
  | { readonly kind: "syncDirectory"; readonly directory: string; readonly covers: number }
  | { readonly kind: "said"; readonly text: string };

/** The system calls that a recording needs. */
export const RECORDED_CALLS =
  "openat,close,pwrite64,write,ftruncate,unlink,unlinkat,rename,fdatasync,fsync";

interface Call {
  readonly name: string;
  readonly args: string;
  readonly result: number;
  /** Lines of the recording. */
  readonly began: number;
  readonly ended: number;
}

const OUTPUT = 1;

/** The calls of a recording by strace (`-f -y -xx`), in the order in which they ended. */
function* callsOf(trace: string): Iterable<Call> {
  const unfinished = new Map<string, { readonly text: string; readonly began: number }>();
  for (const [number, line] of trace.split("\n").entries()) {
    const [, thread = "", text = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (text.endsWith("<unfinished ...>")) {
      unfinished.set(thread, { text: text.slice(0, -"<unfinished ...>".length), began: number });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const start = resumed === null ? undefined : unfinished.get(thread);
    const whole = resumed === null ? text : `${start?.text.trimEnd()}${resumed[1]}`;
    const call = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(whole);
    if (call === null || Number(call[3]) < 0) continue;
    const [, name = "", args = "", result] = call;
    yield { name, args, result: Number(result), began: start?.began ?? number, ended: number };
  }
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

function stringIn(args: string): Buffer {
  return fromHex(/"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? "");
}

/** Reads what a recording says about the files below `root`. */
export function readRecording(trace: string, root: string): readonly Operation[] {
  const reader = new Reader(root);
  for (const call of callsOf(trace)) reader.add(call);
  return reader.operations;
}

class Reader {
  readonly operations: Operation[] = [];
  readonly #root: string;
  readonly #files = new Map<string, number>();
  readonly #open = new Map<number, number>();
  /** For each operation the line on which it ended. */
  readonly #ends: number[] = [];
  #lastFile = 0;

  constructor(root: string) {
    this.#root = root;
  }

  add(call: Call): void {
    const operations = call.name === "rename" ? this.#renamed(call) : [this.#operation(call)];
    for (const operation of operations) {
      if (operation === undefined) continue;
      this.operations.push(operation);
      this.#ends.push(call.ended);
    }
  }

  #operation(call: Call): Operation | undefined {
    switch (call.name) {
      case "openat":
        return this.#opened(call);
      case "close":
        this.#open.delete(descriptorOf(call));
        return undefined;
      case "write":
      case "pwrite64":
        return this.#written(call);
      case "ftruncate":
        return this.#truncated(call);
      case "unlink":
      case "unlinkat":
        return this.#unlinked(call);
      default:
        return this.#synced(call);
    }
  }

  #opened({ args, result }: Call): Operation | undefined {
    const path = stringIn(args).toString();
    if (!path.startsWith(this.#root) || args.includes("O_DIRECTORY")) return undefined;
    const known = this.#files.get(path);
    if (known !== undefined || !args.includes("O_CREAT")) {
      if (known !== undefined) this.#open.set(result, known);
      return undefined;
    }
    this.#lastFile += 1;
    this.#files.set(path, this.#lastFile);
    this.#open.set(result, this.#lastFile);
    return {
      kind: "link",
      directory: dirname(path),
      name: basename(path),
      file: this.#lastFile,
    };
  }

  #written(call: Call): Operation | undefined {
    const descriptor = descriptorOf(call);
    const bytes = stringIn(call.args);
    if (call.name === "write" && descriptor === OUTPUT) {
      return { kind: "said", text: bytes.toString().trimEnd() };
    }
    const file = this.#open.get(descriptor);
    if (file === undefined) return undefined;
    if (bytes.byteLength < call.result) throw new Error("The recording cuts long writes off.");
    const at = call.name === "write" ? -1 : Number(call.args.slice(call.args.lastIndexOf(",") + 1));
    return { kind: "write", file, at, bytes: bytes.subarray(0, call.result) };
  }

  #truncated(call: Call): Operation | undefined {
    const file = this.#open.get(descriptorOf(call));
    const size = Number(call.args.slice(call.args.lastIndexOf(",") + 1));
    return file === undefined ? undefined : { kind: "truncate", file, size };
  }

  #unlinked({ args }: Call): Operation | undefined {
    const path = stringIn(args).toString();
    if (!this.#files.delete(path)) return undefined;
    return { kind: "unlink", directory: dirname(path), name: basename(path) };
  }

  /** The file has its new name, in the same directory, and no longer the old one. */
  #renamed({ args }: Call): readonly Operation[] {
    const [from = "", to = ""] = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) =>
      fromHex(text ?? "").toString(),
    );
    const file = this.#files.get(from);
    if (file === undefined) return [];
    this.#files.delete(from);
    this.#files.set(to, file);
    return [
      { kind: "link", directory: dirname(to), name: basename(to), file },
      { kind: "unlink", directory: dirname(from), name: basename(from), renamed: basename(to) },
    ];
  }

  #synced(call: Call): Operation | undefined {
    const covers = this.#endedBefore(call.began);
    const file = this.#open.get(descriptorOf(call));
    if (file !== undefined) return { kind: "sync", file, covers };
    const directory = fromHex(/^\d+<([^>]*)>/.exec(call.args)?.[1] ?? "").toString();
    if (!directory.startsWith(this.#root)) return undefined;
    return { kind: "syncDirectory", directory, covers };
  }

  /** How many operations had ended when a call began. */
  #endedBefore(began: number): number {
    let count = this.#ends.length;
    while (count > 0 && (this.#ends[count - 1] as number) >= began) count -= 1;
    return count;
  }
}

function descriptorOf({ args }: Call): number {
  return Number.parseInt(args, 10);
}
