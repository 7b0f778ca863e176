import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class CodedError extends Error {
  override name = "CodedError";
  code = 42;
  extra = { deep: [1, 2] };
}

export class Subject extends DurableObject {
  throwIt(kind: string) {
    switch (kind) {
      case "error":
        throw new Error("plain");
      case "type":
        throw new TypeError("type");
      case "range":
        throw new RangeError("range");
      case "syntax":
        throw new SyntaxError("syntax");
      case "custom":
        throw new CodedError("custom");
      case "cause":
        throw new Error("outer", { cause: new TypeError("inner") });
      case "dom":
        throw new DOMException("dom", "NotFoundError");
      case "text":
        throw "a text";
      case "number":
        throw 7;
      case "undefined":
        throw undefined;
      case "object":
        throw { message: "not an error" };
      default:
        return "fine";
    }
  }
  async rejects() {
    await Promise.resolve();
    throw new Error("rejected");
  }
}

export default inWorker<{ Subject: Subject }>("errors cross a call", async (tools) => {
  const { objects, note, fails } = tools;
  const stub = objects.Subject.getByName("errors");
  const kinds = ["error", "type", "range", "syntax", "custom", "cause", "dom", "text", "number"];
  for (const kind of [...kinds, "undefined", "object"]) {
    await fails(kind, () => stub.throwIt(kind));
  }
  await fails("rejection", () => stub.rejects());
  const caught = await stub.throwIt("error").then(
    () => undefined,
    (error: Error) => error,
  );
  note("is an Error here", caught instanceof Error);
  note("the stub still works", await stub.throwIt("none"));
});
