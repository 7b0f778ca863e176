/**
 * Which wires are available.
 *
 * @module
 */

import { FreeholdError } from "../errors.ts";
import type { AgentTransport } from "./options.ts";

/**
 * Refuses transports that do not exist here.
 *
 * @throws FreeholdError `transport_unavailable`
 */
export function requireWebSocketTransport(transport: AgentTransport | undefined): void {
  if (transport === undefined || transport === "cf-websocket") return;
  throw new FreeholdError(
    "transport_unavailable",
    `Transport "${transport}" is not available yet`,
    {
      help: 'Leave out `transport`, or pass "cf-websocket".',
    },
  );
}
