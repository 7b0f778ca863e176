import { FreeholdError, type Host } from "@freehold/host";
import type { ControlHandler } from "./control-socket.ts";

/** Answers `data/…` commands. */
export function dataControl(host: Pick<Host, "backup">): ControlHandler {
  return (verb, body) => {
    if (verb !== "data/backup" || typeof body.target !== "string") {
      throw new FreeholdError("COMMAND_UNKNOWN", `The host knows no command ${verb}.`, {
        help: "Use the `freehold` command of the same version.",
      });
    }
    return host.backup(body.target, typeof body.only === "string" ? body.only : undefined);
  };
}
