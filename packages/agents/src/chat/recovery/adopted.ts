/**
 * Recoveries that the published package has begun: tasks and schedules of its own, which go on here
 * as turns.
 *
 * @module
 */

import type { FiberRecoveryContext } from "../../fibers/types.ts";
import type { TaskStep } from "../../tasks/types.ts";
import { ChatTask } from "../schema.ts";
import type { TurnLedger } from "../turn-ledger.ts";
import type { ClientToolSchema } from "../types.ts";
import type { ChatRecoveryKind } from "./incident.ts";
import type { Recovery } from "./recovery.ts";
import { unwrapTurn } from "./snapshot.ts";

/** What the published package stores of an attempt. */
export interface AdoptedData {
  readonly targetUserId?: string;
  readonly targetAssistantId?: string;
  readonly originalRequestId?: string;
  readonly originMessageIds?: readonly string[];
  readonly lastBody?: Record<string, unknown> | null;
  readonly lastClientTools?: ClientToolSchema[] | null;
}

/** What adopting needs. */
export interface AdoptionPorts {
  readonly ledger: TurnLedger;
  readonly recovery: Recovery;
  /** The agent has started. */
  note(): void;
}

interface Input {
  readonly callback?: string;
  readonly data?: AdoptedData;
  readonly delaySeconds?: number;
}

/** The definition of the published package's recovery task. */
export function adoptedRecovery(ports: AdoptionPorts) {
  return async (input: unknown, step: TaskStep): Promise<void> => {
    const { callback, data = {}, delaySeconds = 0 } = (input ?? {}) as Input;
    ports.note();
    if (delaySeconds > 0) await step.sleep("backoff", delaySeconds * 1000);
    await step.do("continuation", { timeout: "1 day" }, () =>
      adopt(ports, callback === "_chatRecoveryRetry" ? "retry" : "continue", data),
    );
  };
}

/** Runs what the published package wanted to run. Resolves at its end. */
export async function adopt(
  { ledger, recovery }: Pick<AdoptionPorts, "ledger" | "recovery">,
  kind: ChatRecoveryKind,
  data: AdoptedData,
): Promise<void> {
  const {
    lastBody,
    lastClientTools,
    originMessageIds,
    originalRequestId = "",
    targetUserId,
  } = data;
  const runId = ledger.accept({
    ...{ requestId: originalRequestId, recoveryRootRequestId: originalRequestId },
    continuation: kind === "continue",
    ...{ latestUserMessageId: targetUserId, originMessageIds },
    lastBody: lastBody ?? undefined,
    lastClientTools: lastClientTools ?? undefined,
    // It was counted already by whoever put it off.
    ...{ waits: 1, notBefore: 0 },
  });
  const stored = ledger.read(runId);
  if (stored) await recovery.revive({ runId, ...stored });
}

/** Takes a turn up that an older version ran as a fiber; false for any other fiber. */
export async function adoptFiber(
  { ledger, recovery }: Pick<AdoptionPorts, "ledger" | "recovery">,
  { name, snapshot }: FiberRecoveryContext,
): Promise<boolean> {
  if (!name.startsWith(`${ChatTask.TURN}:`)) return false;
  const turn = unwrapTurn(snapshot);
  if (!turn) return true;
  const runId = ledger.accept(turn.snapshot, turn.user);
  const stored = ledger.read(runId);
  // The start waits for this; the turn waits for the start.
  if (stored) void recovery.revive({ runId, ...stored });
  return true;
}
