import * as email from "cloudflare:email";
import * as workers from "cloudflare:workers";
import * as workflows from "cloudflare:workflows";
import { inWorker } from "../../worker/program.ts";

export default inWorker(
  "what the platform's modules export",
  async ({ note, refuses }) => {
    for (const [name, module] of Object.entries({ workers, email, workflows })) {
      note(
        name,
        Object.entries(module)
          .map(([key, value]) => `${key}: ${typeof value}`)
          .sort(),
      );
    }
    const { abortIsolate, cache, restore, tracing } = workers as unknown as Record<string, object>;
    const members = (value: object) => {
      const found: string[] = [];
      for (const name in value) found.push(`${name}: ${typeof Reflect.get(value, name)}`);
      return found;
    };
    note("cache", [members(cache!), Object.getPrototypeOf(cache)?.constructor?.name]);
    note("restore", String(restore));
    note("abortIsolate", Reflect.get(abortIsolate!, "length"));
    note("tracing", [String(tracing), members(tracing!)]);
    await refuses("a path that is none", () => import("cloudflare:nothing" as string));
  },
  { accept: { "a path that is none": "our own errors have a code" } },
);
