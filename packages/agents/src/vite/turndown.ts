import type { Plugin } from "vite";

const STUB = "\0freehold:turndown-stub";

/** Stands in for the class until it is used; then it says what to do. */
const SOURCE = `
const help = "turndown is a stand-in here: give agents({ stubTurndown: false }) in the Vite configuration to use the real one.";
export default class TurndownService {
  use() { return this; }
  addRule() { return this; }
  keep() { return this; }
  remove() { return this; }
  turndown() { throw new Error(help); }
}
`;

/** Puts a stand-in in the place of `turndown` in Workers; pages get the real one. */
export function turndownStub(): Plugin {
  return {
    name: "freehold:turndown-stub",
    enforce: "pre",
    applyToEnvironment: ({ config }) => config.consumer === "server",
    resolveId: {
      filter: { id: /^turndown$/ },
      handler: () => STUB,
    },
    load: {
      filter: { id: new RegExp(`^${STUB}$`) },
      handler: () => SOURCE,
    },
  };
}
