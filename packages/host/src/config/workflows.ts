import { isCronPattern } from "../worker/cron.ts";
import { IDENTIFIER } from "./classes.ts";
import type { FieldReader } from "./reader.ts";
import type { WorkflowConfig } from "./wrangler.ts";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/** What Cloudflare allows at most. */
const MAX_STEPS = 25_000;

/** `workflows`: bindings to workflows of the Worker itself. */
export function workflows(fields: FieldReader, warnings: string[]): WorkflowConfig[] {
  const found: WorkflowConfig[] = [];
  for (const entry of fields.objects("workflows")) {
    const binding = entry.requiredText("binding");
    const name = entry.requiredText("name", NAME, "at most 64 letters, digits, - and _");
    const className = entry.requiredText("class_name", IDENTIFIER, "the name of a class");
    const script = entry.text("script_name");
    if (script !== undefined && script !== fields.text("name")) {
      warnings.push(
        `\`workflows\`: ${binding} belongs to another Worker (${script}), which is not supported; env.${binding} is missing.`,
      );
      continue;
    }
    if (found.some((other) => other.binding === binding)) entry.fail("binding", "unique");
    if (found.some((other) => other.name === name && other.className !== className)) {
      entry.fail("name", "that of one class only");
    }
    const stepLimit = stepLimitOf(entry);
    const concurrency = concurrencyOf(entry);
    const schedules = schedulesOf(entry);
    found.push({
      ...{ binding, name, className },
      ...(stepLimit !== undefined && { stepLimit }),
      ...(concurrency !== undefined && { concurrency }),
      ...(schedules.length > 0 && { schedules }),
    });
  }
  return found;
}

function stepLimitOf(entry: FieldReader): number | undefined {
  const steps = entry.object("limits")?.raw("steps");
  if (steps === undefined) return undefined;
  const isCount = typeof steps === "number" && Number.isInteger(steps);
  if (isCount && steps >= 1 && steps <= MAX_STEPS) return steps;
  return entry.fail("limits", `an object whose \`steps\` is from 1 to ${MAX_STEPS}`);
}

function concurrencyOf(entry: FieldReader): number | undefined {
  const limit = entry.object("concurrency")?.raw("limit");
  if (limit === undefined) return undefined;
  if (typeof limit === "number" && Number.isInteger(limit) && limit >= 1) return limit;
  return entry.fail("concurrency", "an object whose `limit` is a whole number from 1 on");
}

function schedulesOf(entry: FieldReader): readonly string[] {
  const raw = entry.raw("schedules");
  const patterns = typeof raw === "string" ? [raw] : entry.texts("schedules");
  for (const [index, pattern] of patterns.entries()) {
    if (!isCronPattern(pattern)) {
      entry.fail("schedules", `cron patterns of five fields (entry ${index})`);
    }
  }
  return patterns;
}
