import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Command, createProject } from "./support/command.ts";

/** `freehold start` that is asked to end while something runs. */

const WORKER = `
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Slow extends WorkflowEntrypoint {
  async run(event, step) {
    await step.do("slow", async () => {
      console.log("the step runs");
      await new Promise((resolve) => setTimeout(resolve, 500));
      console.log("the step is over");
    });
    await step.do("next", async () => console.log("the next step runs"));
  }
}
export default {
  async fetch(request, env) {
    return new Response((await env.SLOW.create()).id);
  },
};
`;

const project = createProject({
  "worker.mjs": WORKER,
  "elsewhere/note.txt": "Paths of flags are seen from here.",
  "wrangler.jsonc": JSON.stringify({
    name: "slow",
    main: "worker.mjs",
    workflows: [{ binding: "SLOW", name: "slow", class_name: "Slow" }],
  }),
});

afterEach(() => project.remove());

test("a step of a workflow that runs is waited for, and the directory is given up in order", async () => {
  const flags = [
    "--config",
    "../wrangler.jsonc",
    "--port",
    "1",
    "--port",
    "0",
    "--data",
    "../data",
  ];
  const host = new Command(join(project.folder, "elsewhere"), ["start", ...flags]);
  await fetch(await host.ready());
  await host.prints(/the step runs/);
  const pid = join(project.folder, "data/host.pid");
  expect(existsSync(pid)).toBe(true);
  expect(await host.stop()).toBe(0);
  expect(host.output).toContain("the step is over");
  expect(host.output).not.toContain("the next step runs");
  expect(existsSync(pid)).toBe(false);
});
