/** Errors whose text the published package names. */
export const contractErrors = {
  unsupported: () =>
    new Error(
      "subAgent() is not supported in this runtime — `ctx.facets` is missing. Use a runtime with Durable Object facets.",
    ),
  reservedClass: (className: string) =>
    new Error(
      `Sub-agent class name "${className}" kebab-cases to "sub", which collides with the reserved URL separator — rename the class (e.g. "SubThing" or "Subtask").`,
    ),
  notExported: (className: string) =>
    new Error(
      `Sub-agent class "${className}" not found in worker exports. Make sure the class is exported from your worker entry point and that the export name matches the class name.`,
    ),
  nullCharacter: () =>
    new Error("Sub-agent name contains null character (\\0), which is reserved."),
  rootNotBound: (className: string) => {
    const minified = /^_*[a-z][a-z0-9]{0,2}$/.test(className)
      ? " The class name looks minified; keep class names in the bundle."
      : "";
    return new Error(
      `Sub-agent bootstrap requires the root agent class "${className}" to be available as a Durable Object namespace, but ctx.exports["${className}"] is missing or doesn't expose idFromName.${minified}`,
    );
  },
  methodMissing: (method: string, className: string) =>
    new Error(`Method "${method}" not found on ${className}.`),
  notAFacet: (className: string) =>
    new Error(
      `parentAgent(): ${className} is not a facet — only sub-agents (spawned via \`subAgent()\`) have a parent.`,
    ),
  otherParent: (asked: string, recorded: string) =>
    new Error(
      `parentAgent(${asked}): this facet's recorded parent class is "${recorded}", not "${asked}". Pass the class of the direct parent.`,
    ),
  parentNotBound: (className: string) =>
    new Error(
      `parentAgent(${className}): no top-level namespace for "${className}" was found in env or worker exports. Bind the class, and export it by its own name.`,
    ),
  parentUpgrade: (className: string) =>
    new Error(
      `parentAgent(${className}).fetch() does not support WebSocket upgrade requests yet. Connect to the parent by its own URL.`,
    ),
  notDescending: (path: string) => new Error(`Lifecycle route does not descend from ${path}.`),
  unnamedClass: (given: unknown) =>
    new Error(
      `getSubAgentByName: could not determine class name from ${String(given)}. Ensure you are passing the class constructor (e.g. getSubAgentByName(parent, MyChat, name)), not a string or undefined.`,
    ),
  rpcOnly: () =>
    new Error(
      "getSubAgentByName returns an RPC-only stub — .fetch() is not supported. Use routeSubAgentRequest() or the /agents/{parent}/{name}/sub/{child}/{name} URL for external HTTP/WS routing.",
    ),
  emptyPath: () => new Error("Agent path must contain at least one step."),
  unroutable: (what: string, value: string) =>
    new Error(`${cannotBuild(what, value)} it is not externally routable.`),
  reserved: (what: string, value: string) =>
    new Error(`${cannotBuild(what, value)} "sub" is reserved.`),
  notUnicode: (what: string, value: string) =>
    new Error(`${cannotBuild(what, value)} it is not valid Unicode.`),
  unstable: (what: string, value: string) =>
    new Error(`${cannotBuild(what, value)} it is not a stable pathname.`),
  invalidOrigin: (origin: string, help: string) =>
    new Error(`Invalid Agent URL origin ${JSON.stringify(origin)}.${help}`),
  noPath: () => new Response("Sub-agent path not found in request URL", { status: 400 }),
} as const;

function cannotBuild(what: string, value: string): string {
  return `Cannot build an Agent path for ${what} ${JSON.stringify(value)} because`;
}
