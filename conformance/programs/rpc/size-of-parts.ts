import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const MIB = 2 ** 20;

const values: Record<string, () => unknown> = {
  "four million small numbers": () => new Array(4_000_000).fill(1),
  "four million numbers with fractions": () => new Array(4_000_000).fill(0.5),
  "letters of one byte": () => "é".repeat(31 * MIB),
  "letters of two bytes": () => "ж".repeat(17 * MIB),
  "fifteen MiB of those": () => "ж".repeat(15 * MIB),
  "an array buffer": () => new ArrayBuffer(31 * MIB),
  "two buffers": () => [new Uint8Array(17 * MIB), new Uint8Array(17 * MIB)],
  "one buffer twice": () => {
    const buffer = new Uint8Array(17 * MIB);
    return [buffer, buffer];
  },
  "one text twice": () => {
    const text = "x".repeat(17 * MIB);
    return [text, text];
  },
  "a small view of a large buffer": () => new Uint8Array(33 * MIB).subarray(0, 1),
  "in a map": () => new Map([["k", new Uint8Array(33 * MIB)]]),
  "a response's text": () => new Response("x".repeat(33 * MIB)),
  "an error's message": () => new Error("x".repeat(33 * MIB)),
};

export class Subject extends DurableObject {
  take(_value: unknown) {
    return "taken";
  }
}

export default inWorker<{ Subject: Subject }>(
  "what counts towards the size of a call",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as {
      take(it: unknown): Promise<string>;
    };
    for (const [label, make] of Object.entries(values)) {
      await fails(label, () =>
        stub.take(make()).catch((error: Error) => {
          throw new Error(error.message.replace(/\d+ bytes/, "… bytes"));
        }),
      );
    }
  },
);
