import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  length(value: Uint8Array) {
    return value.byteLength;
  }
  give(n: number) {
    return new Uint8Array(n);
  }
}

export default inWorker<{ Subject: Subject }>("size limit of a call", async (tools) => {
  const { objects, note, fails } = tools;
  const stub = objects.Subject.getByName("size");
  const mebibyte = 2 ** 20;
  note("31 MiB", await stub.length(new Uint8Array(31 * mebibyte)));
  // The exact size has a few bytes of framing in it.
  const rounded = async (act: () => unknown) => {
    try {
      await act();
    } catch (error) {
      (error as Error).message = (error as Error).message.replace(/\d{4} bytes/, "… bytes");
      throw error;
    }
  };
  await fails("33 MiB as argument", () =>
    rounded(() => stub.length(new Uint8Array(33 * mebibyte))),
  );
  await fails("33 MiB as result", () => rounded(() => stub.give(33 * mebibyte)));
});
