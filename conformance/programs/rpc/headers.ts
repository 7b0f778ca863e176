import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  read(headers: Headers) {
    return [[...headers], headers.getSetCookie(), headers instanceof Headers];
  }
  give() {
    return new Headers({ "X-Given": "1" });
  }
}

export default inWorker<{ Subject: Subject }>("headers cross", async ({ objects, note }) => {
  const stub = objects.Subject.getByName("x");
  const headers = new Headers([
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
    ["X", "1, 2"],
  ]);
  note("as an argument", await stub.read(headers));
  const given = (await stub.give()) as unknown as Headers;
  note("as a result", given.get("x-given"));
  given.set("x-more", "2");
  note("can be changed", [...given]);
});
