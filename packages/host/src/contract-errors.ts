/**
 * Errors whose class and text belong to the Durable Object contract: programs, and the SDKs, match
 * on them. One section for each room.
 */

// --- sockets -----------------------------------------------------------------------------------

/** Texts of the socket rules. */
export const socketErrors = {
  illegalInvocation: () => new TypeError("Illegal invocation"),
  notAccepted: () =>
    new TypeError(
      "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.",
    ),
  sendAfterClose: () => new TypeError("Can't call WebSocket send() after close()."),
  sendWithoutData: () =>
    new TypeError(
      "Failed to execute 'send' on 'WebSocket': parameter 1 is not of type 'ArrayBuffer or ArrayBufferView or string'.",
    ),
  acceptAfterHibernation: () =>
    new TypeError("Can't accept() WebSocket after enabling hibernation."),
  acceptAfterResponse: () =>
    new TypeError("Can't accept() WebSocket that was already used in a response."),
  responseAfterAccept: () =>
    new TypeError("Can't return WebSocket in a Response after calling accept()."),
  responseAfterHibernation: () =>
    new TypeError("Can't return WebSocket in a Response after calling acceptWebSocket()."),
  responseTwice: () => new TypeError("Can't return WebSocket that was already used in a response."),
  invalidCloseCode: (code: number) =>
    new DOMException(`Invalid WebSocket close code: ${code}.`, "InvalidAccessError"),
  reasonWithoutCode: () =>
    new DOMException(
      "If you specify a WebSocket close reason, you must also specify a code.",
      "InvalidAccessError",
    ),
  reasonTooLong: () =>
    new DOMException(
      "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.",
      "SyntaxError",
    ),
  notASocket: () =>
    new TypeError(
      "Failed to execute 'acceptWebSocket' on 'DurableObjectState': parameter 1 is not of type 'WebSocket'.",
    ),
  tagsNotAnArray: () =>
    new TypeError(
      "Failed to execute 'acceptWebSocket' on 'DurableObjectState': parameter 2 is not of type 'Array'.",
    ),
  alreadyAccepted: () =>
    new Error(
      "Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`",
    ),
  pairAlreadyUsed: () =>
    new Error(
      "Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a Response.",
    ),
  tooManyTags: (most: number) =>
    new Error(`a Hibernatable WebSocket cannot have more than ${most} tags`),
  tagTooLong: (tag: string, most: number) =>
    new Error(`"${tag}" is longer than the max tag length (${most} characters).`),
  tooManySockets: (most: number) =>
    new Error(`only ${most} websockets can be accepted on a single Durable Object instance`),
  tagsBeforeAccept: () =>
    new Error(
      "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.",
    ),
  tagsOfStandardSocket: () => new Error("only hibernatable websockets can have tags."),
  attachmentMissing: () =>
    new TypeError(
      "Failed to execute 'serializeAttachment' on 'WebSocket': parameter 1 is not of type 'Value'.",
    ),
  attachmentTooLarge: (bytes: number, most: number) =>
    new Error(
      `A WebSocket 'attachment' cannot be larger than ${most} bytes.'attachment' was ${bytes} bytes.`,
    ),
  autoResponseTooLarge: (side: "Request" | "Response", bytes: number, most: number) =>
    new RangeError(
      `${side} cannot be larger than ${most} bytes. A ${side.toLowerCase()} of size ${bytes} was provided.`,
    ),
  notAnAutoResponse: () =>
    new TypeError(
      "Failed to execute 'setWebSocketAutoResponse' on 'DurableObjectState': parameter 1 is not of type 'WebSocketRequestResponsePair'.",
    ),
  eventTimeoutTooLong: () => new Error("Event timeout should not exceed 604800000 ms."),
  eventTimeoutNoNumber: () =>
    new TypeError("The value cannot be converted because it is not an integer."),
  eventTimeoutNegative: () =>
    new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive number.",
    ),
  noUrl: () =>
    new TypeError(
      "Failed to construct 'WebSocket': constructor parameter 1 is not of type 'string'.",
    ),
  invalidUrl: () => new DOMException("WebSocket Constructor: The url is invalid.", "SyntaxError"),
  invalidScheme: () =>
    new DOMException("WebSocket Constructor: The url scheme must be ws or wss.", "SyntaxError"),
  urlFragment: () =>
    new DOMException("WebSocket Constructor: The url fragment must be empty.", "SyntaxError"),
  repeatedProtocol: () =>
    new DOMException(
      "WebSocket Constructor: The protocols header cannot have repeating values.",
      "SyntaxError",
    ),
  invalidProtocol: (which: "The protocol header token" | "One of the protocol header tokens") =>
    new DOMException(`WebSocket Constructor: ${which} is invalid.`, "SyntaxError"),
  protocolViolation: (status: number, description: string) =>
    new Error(
      `WebSocket protocol error; protocolError.statusCode = ${status}; protocolError.description = ${
        status === 1009 ? "Message is too large" : description
      }`,
    ),
  connectionLost: (cause?: unknown) => new Error("Network connection lost.", { cause }),
} as const;

/** Why a peer that left without a Close frame is gone: the text that handlers receive. */
export const DISCONNECTED_REASON = "WebSocket disconnected without sending Close frame.";

/** The close reason when a client socket could not be opened. */
export const CONNECT_FAILED_REASON = "Failed to establish websocket connection";

// --- requests and responses --------------------------------------------------------------------

export const httpErrors = {
  notASocket: () =>
    new TypeError(
      "Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'.",
    ),
  socketNeeds101: () => new RangeError("Responses with a WebSocket must have status code 101."),
  statusOutOfRange: () =>
    new RangeError(
      "Responses may only be constructed with status codes in the range 200 to 599, inclusive.",
    ),
  nullBodyStatus: () =>
    new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body."),
  notInit: () =>
    new TypeError(
      "Failed to construct 'Response': constructor parameter 2 is not of type 'InitializerDict or Response'.",
    ),
  cloneOfHandshake: () => new TypeError("Cannot clone a response to a WebSocket handshake."),
  immutableHeaders: () => new TypeError("Can't modify immutable headers."),
  bodyUsed: () =>
    new TypeError(
      "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
    ),
  answered: () => new TypeError("Can't read from request stream after response has been sent."),
  usedRequest: () => new TypeError("Cannot reconstruct a Request with a used body."),
  noHandler: (name: string) => new Error(`Handler does not export a ${name}() function.`),
  notAResponse: () =>
    new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'."),
} as const;

// --- globals -----------------------------------------------------------------------------------

/** Texts of what a Worker finds in its global scope. */
export const globalErrors = {
  nothingToFetch: () =>
    new TypeError(
      "Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Request or string'.",
    ),
  reportWithoutValue: () =>
    new TypeError(
      "Failed to execute 'reportError' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Value'.",
    ),
  unknownDigest: () =>
    new DOMException(
      "Unrecognized or unimplemented digest algorithm requested.",
      "NotSupportedError",
    ),
  lengthsDiffer: () => new TypeError("Input buffers must have the same byte length."),
  notABuffer: (position: number) =>
    new TypeError(
      `Failed to execute 'timingSafeEqual' on 'SubtleCrypto': parameter ${position} is not of type 'BufferSource'.`,
    ),
  badEventSource: (url: string) =>
    new DOMException(`Cannot open an EventSource to '${url}'. The URL is invalid.`, "SyntaxError"),
  eventSourceCredentials: () =>
    new DOMException(
      "The init.withCredentials option is not supported. It must be false or undefined.",
      "NotSupportedError",
    ),
  waitAborted: () => new DOMException("The operation was aborted", "AbortError"),
  notImplemented: (method: string, type: string) =>
    new Error(`Failed to execute '${method}' on '${type}': the method is not implemented.`),
  notAString: (method: string, type: string) =>
    new TypeError(
      `Failed to execute '${method}' on '${type}': parameter 1 is not of type 'string'.`,
    ),
  getAllOfOthers: () =>
    new TypeError('getAll() can only be used with the header name "Set-Cookie".'),
  notAResponse: () =>
    new TypeError("Failed to execute 'put' on 'Cache': parameter 2 is not of type 'Response'."),
} as const;

// --- objects -----------------------------------------------------------------------------------

const RPC_NEEDS_BASE_CLASS =
  "The receiving Durable Object does not support RPC, because its class was not declared with " +
  "`extends DurableObject`. In order to enable RPC, make sure your class extends the special class " +
  '`DurableObject`, which can be imported from the module "cloudflare:workers".';

/** Texts of ids, namespaces, gates and the life of an object. */
export const objectErrors = {
  malformedId: () => new TypeError("Invalid Durable Object ID: must be 64 hex digits"),
  foreignId: () => new TypeError("Durable Object ID is not valid for this namespace."),
  wrongArgument: (method: string, type: string, position = 1) =>
    new TypeError(
      `Failed to execute '${method}' on 'DurableObjectNamespace': parameter ${position} is not of type '${type}'.`,
    ),
  notAnId: () =>
    new TypeError(
      "Failed to execute 'equals' on 'DurableObjectId': parameter 1 is not of type 'DurableObjectId'.",
    ),
  wrongStateArgument: (method: string, type: string) =>
    new TypeError(
      `Failed to execute '${method}' on 'DurableObjectState': parameter 1 is not of type '${type}'.`,
    ),
  unknownRoutingMode: (mode: unknown) => new RangeError(`unknown routingMode: ${String(mode)}`),
  illegalConstructor: () => new TypeError("Illegal constructor"),
  invalidUrl: (url: string) => new TypeError(`Invalid URL: ${url}`),
  wrongFetchResult: () => new TypeError("Callback returned incorrect type; expected 'Promise'"),
  noRpcSupport: () => new TypeError(RPC_NEEDS_BASE_CLASS),
  nestedTooDeeply: () => new Error("blockConcurrencyWhile() calls are nested too deeply."),
  blockedTooLong: () =>
    Object.assign(
      new Error(
        "A call to blockConcurrencyWhile() in a Durable Object waited for too long. " +
          "The call was canceled and the Durable Object was reset.",
      ),
      { overloaded: true },
    ),
  retryableNeedsFunctions: () => new TypeError("retryable() accepts only functions."),
  storageTimedOut: () =>
    new Error("Durable Object storage operation exceeded timeout which caused object to be reset."),
  aborted: () => new Error("Application called abort() to reset Durable Object."),
  overloaded: (what: "requests" | "data") =>
    Object.assign(
      new Error(
        `Durable Object is overloaded. Too ${what === "data" ? "much" : "many"} ${what} queued.`,
      ),
      { overloaded: true },
    ),
  codeUpdated: () => new Error("Durable Object reset because its code was updated."),
  alarmTimedOut: () => new Error("Alarm exceeded its allowed execution time"),
} as const;

// --- facets ------------------------------------------------------------------------------------

/** Texts of `ctx.facets`. Long names of types are the contract's own. */
export const facetErrors = {
  wrongArgument: (method: string, position: number, type: string) =>
    new TypeError(
      `Failed to execute '${method}' on 'DurableObjectFacets': parameter ${position} is not of type '${type}'.`,
    ),
  nameTooLong: (most: number) => new TypeError(`Facet name is too long (max ${most} characters).`),
  tooDeep: (deepest: number) =>
    new Error(
      `Facet nesting depth limit exceeded. The maximum depth including the root Durable Object is ${deepest}.`,
    ),
  noStartup: () =>
    new TypeError(
      "Cannot initialize N7workerd3api19DurableObjectFacets14StartupOptionsE with required members " +
        "from an undefined or null value.",
    ),
  wrongStartup: () => new TypeError("Callback returned incorrect type; expected 'Promise'"),
  wrongClass: () =>
    new TypeError(
      "Incorrect type for the 'class' field on 'StartupOptions': the provided value is not of type " +
        "'DurableObjectClass or LoopbackDurableObjectNamespace or LoopbackColoLocalActorNamespace'.",
    ),
  wrongProps: () =>
    new TypeError(
      "Incorrect type for the 'props' field on 'Options': the provided value is not of type 'Object'.",
    ),
  notSpecialised: (type: string) =>
    new TypeError(
      `Failed to execute '(called as function)' on '${type}': parameter 1 is not of type 'Options'.`,
    ),
  deleted: () => new Error("Facet was deleted."),
  clonedOver: () => new Error("Facet was cloned-over."),
  noAlarms: () => new Error("Facets currently cannot set alarms."),
  notSerializable: () =>
    new DOMException(
      "Stubs pointing to Durable Object facets are not serializable.",
      "DataCloneError",
    ),
} as const;

// --- loaded Workers ----------------------------------------------------------------------------

/** Texts of the Worker Loader, and of what it loads. */
export const loaderErrors = {
  wrongArgument: (where: string, position: number, type: string) => {
    const [type_, method] = where.split(".");
    return new TypeError(
      `Failed to execute '${method}' on '${type_}': parameter ${position} is not of type '${type}'.`,
    );
  },
  wrongField: (field: string, where: string, type: string) =>
    new TypeError(
      `Incorrect type for the '${field}' field on '${where}': the provided value is not of type '${type}'.`,
    ),
  noCode: () =>
    new TypeError(
      "Cannot initialize N7workerd3api12WorkerLoader10WorkerCodeE with required members from an " +
        "undefined or null value.",
    ),
  noModules: () => new TypeError("Dynamic Worker code must contain at least one module."),
  unknownKind: (name: string) =>
    new TypeError(
      "Module name must end with '.js' or '.py' (or the content must be an object indicating the " +
        `type explicitly). Got: ${name}`,
    ),
  wrongKinds: (name: string, count: number) =>
    new TypeError(
      "Each module must contain exactly one of 'js', 'cjs', 'text', 'data', 'json', 'py', or 'wasm'. " +
        `Module '${name}' contained ${count} properties.`,
    ),
  invalidDate: (date: string) => new Error(`Invalid compatibility date: ${date}`),
  noInternet: () =>
    new Error(
      "This worker is not permitted to access the internet via global functions like fetch(). It must " +
        "use capabilities (such as bindings in 'env') to talk to the outside world.",
    ),
  noEntrypoint: (name: string | undefined) =>
    new Error(
      name === undefined
        ? "Worker has no default entrypoint."
        : `Worker has no such entrypoint: ${name}`,
    ),
  noClass: (name: string | undefined) =>
    new Error(
      name === undefined
        ? "Worker has no default actor class."
        : `Worker has no such actor class: ${name}`,
    ),
  failedToStart: (text: string) => new Error(text),
  cpuExceeded: () => new Error("Worker exceeded CPU time limit."),
  memoryExceeded: () => new Error("Worker exceeded memory limit."),
  remoteReference: () =>
    new DOMException("Remote RPC references can only be serialized for RPC.", "DataCloneError"),
  notTransferable: () =>
    new DOMException(
      "Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the " +
        "system does not know how to reload this Worker from scratch. Instead, have the parent Worker " +
        "expose an entrypoint which constructs the dynamic worker and forwards to it.",
      "DataCloneError",
    ),
} as const;

// --- Workers -----------------------------------------------------------------------------------

const ONE_ARGUMENT =
  "When calling a top-level handler function that is not declared as part of a class, you must always " +
  "send exactly one argument. In order to support variable numbers of arguments, the server must use " +
  "class-based syntax (extending WorkerEntrypoint) instead.";

const THREE_PARAMETERS =
  "A simple function handler can only be called over RPC if it has exactly the arguments (arg, env, " +
  "ctx), where only the first argument comes from the client. To support multi-argument RPC functions, " +
  "use class-based syntax (extending WorkerEntrypoint) instead.";

/** Texts of a Worker's events, its base classes and its entrypoints. */
export const workerErrors = {
  illegalInvocation: () =>
    new TypeError(
      "Illegal invocation: function called with incorrect `this` reference. See " +
        "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors " +
        "for details.",
    ),
  notACallback: (name: string, position: number) =>
    new TypeError(
      `Failed to execute '${name}' on 'EnvModule': parameter ${position} is not of type 'function'.`,
    ),
  notAPromise: (type: string) =>
    new TypeError(
      `Failed to execute 'waitUntil' on '${type}': parameter 1 is not of type 'Promise'.`,
    ),
  notAFetcher: () =>
    new TypeError(
      "Failed to execute 'mapVirtualHost' on 'ExecutionContext': parameter 1 is not of type 'Fetcher'.",
    ),
  aborted: (reason: unknown) => {
    if (reason instanceof Error) return reason;
    const text = "Worker execution was aborted due to call to ctx.abort().";
    return new Error(reason === undefined ? text : String(reason));
  },
  notAState: () =>
    new TypeError(
      "Failed to construct 'DurableObjectBase': constructor parameter 1 is not of type 'DurableObjectState'.",
    ),
  notAContext: (type: string) =>
    new TypeError(
      `Failed to construct '${type}': constructor parameter 1 is not of type 'Object'.`,
    ),
  wrongArgumentCount: (name: string) =>
    new TypeError(
      `Attempted to call RPC function "${name}" with the wrong number of arguments. ${ONE_ARGUMENT}`,
    ),
  wrongParameterCount: (name: string) =>
    new TypeError(
      `Cannot call handler function "${name}" over RPC because it has the wrong number of arguments. ${THREE_PARAMETERS}`,
    ),
} as const;

// --- RPC ---------------------------------------------------------------------------------------

/** Texts of remote calls. */
export const rpcErrors = {
  noSuchMethod: (name: string) =>
    new TypeError(`The RPC receiver does not implement the method "${name}".`),
  notAFunction: (name: string) => new TypeError(`"${name}" is not a function.`),
  reservedMethod: (name: string) =>
    new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`),
  pathTooDeep: () => new TypeError("RPC pipelined property path is too deep (max 64)."),
  stubDisposed: () => new Error("RPC stub used after being disposed."),
  promiseDisposed: () => new Error("RPC promise used after being disposed."),
  cannotWrap: () =>
    new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives."),
  wrapNeedsObject: () =>
    new TypeError(
      "Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'.",
    ),
  tooLarge: (bytes: number, most: number) =>
    new Error(
      `Serialized RPC arguments or return values are limited to ${inMebibytes(most)}, ` +
        `but the size of this value was: ${bytes} bytes.`,
    ),
  unsupportedType: (type: string) =>
    new DOMException(
      `Could not serialize object of type "${type}". This type does not support serialization.`,
      "DataCloneError",
    ),
  notCloneable: (text: string) =>
    new DOMException(`${text} could not be cloned.`, "DataCloneError"),
  readableDisturbed: () => new TypeError("This ReadableStream is disturbed."),
  readableLocked: () => new TypeError("The ReadableStream has been locked to a reader."),
  writableLocked: () => new TypeError("This WritableStream is currently locked to a writer."),
  readableLost: (cause: unknown) =>
    new Error("ReadableStream received over RPC disconnected prematurely.", { cause }),
  writableLost: () =>
    Object.assign(
      new Error(
        "WritableStream received over RPC was disconnected because the remote execution context has ended.",
      ),
      { retryable: true },
    ),
  notBytes: () => new TypeError("This ReadableStream did not return bytes."),
  fetchAborted: () =>
    Object.assign(new DOMException("The operation was aborted", "AbortError"), {
      retryable: true,
    }),
  hostGone: () =>
    new Error("The execution context which hosts this callback is no longer running."),
  abortSignal: () =>
    new DOMException("AbortSignal serialization is not enabled.", "DataCloneError"),
  connectionLost: () => Object.assign(new Error("Network connection lost."), { retryable: true }),
} as const;

// --- storage -----------------------------------------------------------------------------------

const SQL_TRANSACTION =
  "To execute a transaction, please use the state.storage.transaction() or " +
  "state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT " +
  "statements. The JavaScript API is safer because it will automatically roll back on exceptions, " +
  "and because it interacts correctly with Durable Objects' automatic atomic write coalescing.";

/** Texts of SQL, keys and values, transactions and alarms. */
export const storageErrors = {
  wrongArgument: (type: string, method: string, position: number, expected: string) =>
    new TypeError(
      `Failed to execute '${method}' on '${type}': parameter ${position} is not of type '${expected}'.`,
    ),
  sqlTransaction: () => new Error(SQL_TRANSACTION),
  vacuum: () => new Error("cannot VACUUM from within a transaction: SQLITE_ERROR"),
  statementTooLong: () => new Error("statement too long: SQLITE_TOOBIG"),
  notAuthorized: () => new Error("not authorized: SQLITE_AUTH"),
  noStatement: () => new Error("SQL code did not contain a statement."),
  parametersBeforeLast: () =>
    new Error(
      "When executing multiple SQL statements in a single call, only the last statement can have parameters.",
    ),
  wrongBindings: () => new Error("Wrong number of parameter bindings for SQL query."),
  bigInt: () => new TypeError("Cannot convert a BigInt value to a number"),
  noResult: () => new Error("Expected exactly one result from SQL query, but got no results."),
  manyResults: () =>
    new Error("Expected exactly one result from SQL query, but got multiple results."),
  databaseDeleted: () => new Error("SQLite query was canceled because the database was deleted."),
  undefinedValue: () => new TypeError("put() called with undefined value."),
  putMisuse: () =>
    new TypeError(
      "put() may only be called with a single key-value pair and optional options as " +
        "put(key, value, options) or with multiple key-value pairs and optional options as " +
        "put(entries, options)",
    ),
  startAndStartAfter: () =>
    new TypeError("list() cannot be called with both start and startAfter values."),
  limitNotPositive: () => new TypeError("List limit must be positive."),
  outOfRange: () =>
    new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive)."),
  listInvalidated: () =>
    new Error(
      "kv.list() iterator was invalidated because a new call to kv.list() was started. " +
        "Only one kv.list() iterator can exist at a time.",
    ),
  notCloneable: (message: string) => new DOMException(message, "DataCloneError"),
  unsupportedType: (type: string) =>
    new DOMException(
      `Could not serialize object of type "${type}". This type does not support serialization.`,
      "DataCloneError",
    ),
  streamInStorage: (type: string) =>
    new DOMException(`${type} can only be serialized for RPC.`, "DataCloneError"),
  signalInStorage: () =>
    new DOMException("AbortSignal serialization is not enabled.", "DataCloneError"),
  illegalInvocation: () =>
    new TypeError(
      "Illegal invocation: function called with incorrect `this` reference. See " +
        "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
    ),
  illegalConstructor: () => new TypeError("Illegal constructor"),
  rolledBack: (operation: string) => new Error(`Cannot ${operation}() on rolled back transaction`),
  alreadyCommitted: (operation: string) =>
    new Error(
      `Cannot call ${operation}() on transaction that has already committed: ` +
        "did you move `txn` outside of the closure?",
    ),
  deleteAllInTransaction: () => new Error("Cannot call deleteAll() within a transaction"),
  outerRollback: () =>
    new Error("Cannot roll back an outer transaction while a nested transaction is still running."),
  criticalError: () => new Error("Cannot commit transaction due to an earlier SQL critical error"),
  constraintsViolated: (cause: Error) =>
    new Error(
      "Durable Object was reset and rolled back to its last known good state because the " +
        `application left the database in a state where constraints were violated: ${cause.message}`,
    ),
  noAlarmHandler: () =>
    new TypeError(
      "Your Durable Object class must have an alarm() handler in order to call setAlarm()",
    ),
  alarmNotPositive: () => new TypeError("setAlarm() cannot be called with an alarm time <= 0"),
  invalidDate: () => new TypeError("The value cannot be converted because it is not a valid Date."),
  dateTooLate: () => new TypeError("This API doesn't support dates after 2189."),
  sqlNotEnabled: () =>
    new Error(
      "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to " +
        "`new_sqlite_classes` within the 'migrations' field in your wrangler.jsonc or wrangler.toml " +
        "file. If using workerd directly,set `enableSql = true` in your workerd config for the " +
        "class. Note that this change cannot be made after the class is already deployed to production.",
    ),
  syncKvNotEnabled: () =>
    new Error(
      "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but " +
        "this object's namespace is not declared to use SQLite. You can use the older, asyncronous " +
        "interface via methods of `storage` itself (e.g. `storage.get()`). Alternatively, to enable " +
        "SQLite, change `new_classes` to `new_sqlite_classes` within the 'migrations' field in your " +
        "wrangler.jsonc or wrangler.toml file. If using workerd directly, set `enableSql = true` in " +
        "your workerd config for the class. Note that this change cannot be made after the class is " +
        "already deployed to production.",
    ),
  noRecovery: () =>
    new Error("This Durable Object's storage back-end does not implement point-in-time recovery."),
} as const;

function inMebibytes(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return Number.isInteger(mebibytes) ? `${mebibytes}MiB` : `${bytes} bytes`;
}
