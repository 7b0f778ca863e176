import { emailFaults } from "./email.ts";
import type { Fault } from "./fault.ts";
import { gateFaults } from "./gates.ts";
import { objectFaults } from "./objects.ts";
import { rpcFaults } from "./rpc.ts";
import { socketFaults } from "./sockets.ts";
import { storageFaults } from "./storage.ts";

/** Every way in which we know the host to be able to fail. */
export const allFaults: readonly Fault[] = [
  ...gateFaults,
  ...objectFaults,
  ...rpcFaults,
  ...storageFaults,
  ...socketFaults,
  ...emailFaults,
];
