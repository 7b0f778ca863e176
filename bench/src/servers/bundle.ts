import { join } from "node:path";

/** The folder of the reference worker and the peer's configuration. */
export const peerSources = join(import.meta.dirname, "../../peer");
