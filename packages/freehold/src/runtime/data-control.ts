import { FreeholdError, type Host } from "@freehold/host";
import type { ControlHandler } from "./control-socket.ts";

/** Answers `data/…` commands. */
export function dataControl(host: Pick<Host, "backup" | "restore">): ControlHandler {
  return (verb, { target, only, object, moment }) => {
    if (verb === "data/backup" && typeof target === "string") {
      return host.backup(target, typeof only === "string" ? only : undefined);
    }
    if (verb === "data/restore" && typeof object === "string" && isMoment(moment)) {
      return host.restore(object, moment);
    }
    throw new FreeholdError("COMMAND_UNKNOWN", `The host knows no command ${verb}.`, {
      help: "Use the `freehold` command of the same version.",
    });
  };
}

function isMoment(moment: unknown): moment is number | string {
  return typeof moment === "number" || typeof moment === "string";
}
