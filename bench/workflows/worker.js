// A Worker with workflows and nothing else: empty steps, and sleepers. It runs on both engines.
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";

let finished = 0;
let early = 0;
let first = 0;
let last = 0;

export class Steps extends WorkflowEntrypoint {
  async run(event, step) {
    for (let n = 0; n < event.payload.steps; n += 1) await step.do(`step ${n}`, async () => n);
    finished += 1;
  }
}

export class Sleepers extends WorkflowEntrypoint {
  async run(event, step) {
    await step.sleepUntil("until then", event.payload.until);
    const now = Date.now();
    if (now < event.payload.until) early += 1;
    first ||= now;
    last = now;
    finished += 1;
  }
}

export class Counter extends DurableObject {
  count = 0;

  increment() {
    this.count += 1;
    return this.count;
  }
}

async function answer(url, env) {
  const { pathname, searchParams } = url;
  const number = (name) => Number(searchParams.get(name));
  switch (pathname) {
    case "/steps": {
      const params = { steps: number("steps") };
      const made = Array.from({ length: number("n") }, () => env.STEPS.create({ params }));
      await Promise.all(made);
      return "made";
    }
    case "/sleepers": {
      const params = { until: number("until") };
      await env.SLEEPERS.createBatch(Array.from({ length: number("n") }, () => ({ params })));
      return "made";
    }
    case "/finished":
      return JSON.stringify({ finished, early, first, last });
    case "/ping":
      return String(await env.COUNTER.getByName(searchParams.get("name")).increment());
    default:
      return "ok";
  }
}

export default {
  async fetch(request, env) {
    return new Response(await answer(new URL(request.url), env));
  },
};
