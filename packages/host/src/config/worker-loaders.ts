import type { FieldReader } from "./reader.ts";

/** `worker_loaders`: the names under which a loader of Workers stands on `env`. */
export function workerLoaders(fields: FieldReader): string[] {
  const found: string[] = [];
  for (const entry of fields.objects("worker_loaders")) {
    const binding = entry.requiredText("binding");
    if (found.includes(binding)) entry.fail("binding", "unique");
    found.push(binding);
  }
  return found;
}
