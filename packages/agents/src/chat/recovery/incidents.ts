/**
 * What is known of interrupted turns, as it is stored.
 *
 * @module
 */

import { ChatKeyPrefix } from "../schema.ts";
import { CHAT_RECOVERY_INCIDENT_TTL_MS } from "./config.ts";
import type { ChatRecoveryIncident } from "./incident.ts";
import type { Values } from "./progress.ts";

/** Stored incidents. */
export class Incidents {
  readonly #kv: Values;

  constructor(kv: Values) {
    this.#kv = kv;
  }

  get(incidentId: string): ChatRecoveryIncident | undefined {
    return this.#kv.get<ChatRecoveryIncident>(key(incidentId));
  }

  put(incident: ChatRecoveryIncident): void {
    this.#kv.put(key(incident.incidentId), incident);
  }

  delete(incidentId: string): void {
    this.#kv.delete(key(incidentId));
  }

  /** Deletes those that nothing has happened to for long. */
  sweep(now: number): void {
    const isOld = ([, { lastAttemptAt }]: [string, ChatRecoveryIncident]) =>
      now - lastAttemptAt > CHAT_RECOVERY_INCIDENT_TTL_MS;
    for (const [name] of this.#all().filter(isOld)) this.#kv.delete(name);
  }

  clear(): void {
    for (const [name] of this.#all()) this.#kv.delete(name);
  }

  #all(): [string, ChatRecoveryIncident][] {
    return [...this.#kv.list<ChatRecoveryIncident>({ prefix: ChatKeyPrefix.INCIDENT })];
  }
}

function key(incidentId: string): string {
  return ChatKeyPrefix.INCIDENT + encodeURIComponent(incidentId);
}
