import { DurableObject, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import { load, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}
export class Service extends WorkerEntrypoint {}
class Own {}
class Target extends RpcTarget {}

export default inWorker<{ Subject: Subject }>(
  "what cannot be in the env of a loaded Worker",
  async ({ objects, exports, fails }) => {
    const env = (value: unknown) => load("export default { go() {} }", { env: { value } }).go!(1);
    await fails("a namespace", () => env(objects.Subject));
    await fails("a function", () => env((a: number) => a));
    await fails("a target", () => env(new Target()));
    await fails("an instance", () => env(new Own()));
    await fails("a loader", () => env(loader()));
    await fails("an export", () => env(exports.Service));
    await fails("a promise", () => env(Promise.resolve(1)));
    await fails("a text", () => load("export default { go() {} }", { env: "x" }).go!(1));
  },
);
