import { stat } from "node:fs/promises";
import type { Clock, Logger } from "@freehold/host";
import { aiError } from "../errors.ts";

/** What is told while a model is loaded. */
export interface Progress {
  /** @param share from 0 to 1 */
  at(share: number): void;
  done(): void;
}

const STEP = 25;

/** Tells in the log that a model is loading: its start, every quarter, and how long it took. */
export function progressOf(
  name: string,
  bytes: number,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Progress {
  const began = clock.now();
  let told = 0;
  log.info(`loading the model ${name}`, { mib: Math.ceil(bytes / (1024 * 1024)) });
  return {
    at: (share) => {
      const percent = Math.floor((share * 100) / STEP) * STEP;
      if (percent <= told || percent >= 100) return;
      told = percent;
      log.info(`loading the model ${name}: ${percent} %`);
    },
    done: () => log.info(`loaded the model ${name}`, { milliseconds: clock.now() - began }),
  };
}

/** @throws FreeholdError `AI_MODEL_UNKNOWN` */
export async function statOf(name: string, path: string, kind: "file" | "folder") {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  const isRight =
    !(found instanceof Error) && (kind === "file" ? found.isFile() : found.isDirectory());
  if (isRight) return found;
  throw aiError(
    "AI_MODEL_UNKNOWN",
    `The model ${name} is not there: there is no ${kind} ${path}.`,
    "Put it there, or correct its path under `models.local` of freehold.config.ts; paths start at the project's folder. Nothing is downloaded.",
    found instanceof Error ? found : undefined,
  );
}
