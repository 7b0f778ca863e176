import { type MessagePort, parentPort } from "node:worker_threads";
import { installGlobals } from "../../globals/install.ts";
import { lend } from "../exchange.ts";
import { PortSession } from "../port/session.ts";
import { portTransport, processTransport } from "../port/transport.ts";
import { TransportTarget } from "./target.ts";

// The other end of a test's session, in a thread or a process of its own.
installGlobals();
const main = lend(new TransportTarget());
if (parentPort === null) new PortSession(processTransport(process), { main });
else {
  parentPort.once("message", (port: MessagePort) => new PortSession(portTransport(port), { main }));
}
