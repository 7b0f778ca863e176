import { RpcStub, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Target extends RpcTarget {
  hello() {
    return "hello";
  }
  [Symbol.dispose]() {
    seen.push("disposed");
  }
}

export default inWorker("disposing a stub made by hand", async ({ note, fails, until }) => {
  const stub = new RpcStub(new Target());
  note("works", await stub.hello());
  stub[Symbol.dispose]();
  await until(() => seen.length > 0);
  note("disposed", seen);
  await fails("used after", () => stub.hello());
});
