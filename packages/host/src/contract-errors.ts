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
  tooManyTags: () => new Error("a Hibernatable WebSocket cannot have more than 10 tags"),
  tagTooLong: (tag: string) =>
    new Error(`"${tag}" is longer than the max tag length (256 characters).`),
  tooManySockets: () =>
    new Error("only 32768 websockets can be accepted on a single Durable Object instance"),
  tagsBeforeAccept: () =>
    new Error(
      "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.",
    ),
  tagsOfStandardSocket: () => new Error("only hibernatable websockets can have tags."),
  attachmentMissing: () =>
    new TypeError(
      "Failed to execute 'serializeAttachment' on 'WebSocket': parameter 1 is not of type 'Value'.",
    ),
  attachmentTooLarge: (bytes: number) =>
    new Error(
      `A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was ${bytes} bytes.`,
    ),
  autoResponseTooLarge: (side: "Request" | "Response", bytes: number) =>
    new RangeError(
      `${side} cannot be larger than 2048 bytes. A ${side.toLowerCase()} of size ${bytes} was provided.`,
    ),
  notAnAutoResponse: () =>
    new TypeError(
      "Failed to execute 'setWebSocketAutoResponse' on 'DurableObjectState': parameter 1 is not of type 'WebSocketRequestResponsePair'.",
    ),
  eventTimeoutTooLong: () => new Error("Event timeout should not exceed 604800000 ms."),
  eventTimeoutNegative: () =>
    new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive number.",
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
  invalidProtocol: () =>
    new DOMException(
      "WebSocket Constructor: One of the protocol header tokens is invalid.",
      "SyntaxError",
    ),
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
  socketNeeds101: () => new RangeError("Responses with a WebSocket must have status code 101."),
  statusOutOfRange: () =>
    new RangeError(
      "Responses may only be constructed with status codes in the range 200 to 599, inclusive.",
    ),
  nullBodyStatus: () =>
    new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body."),
  cloneOfHandshake: () => new TypeError("Cannot clone a response to a WebSocket handshake."),
  immutableHeaders: () => new TypeError("Can't modify immutable headers."),
  bodyUsed: () =>
    new TypeError(
      "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
    ),
  noHandler: (name: string) => new Error(`Handler does not export a ${name}() function.`),
  notAResponse: () =>
    new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'."),
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
  wrongArgument: (method: string, type: string) =>
    new TypeError(
      `Failed to execute '${method}' on 'DurableObjectNamespace': parameter 1 is not of type '${type}'.`,
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
    new Error(
      "A call to blockConcurrencyWhile() in a Durable Object waited for too long. " +
        "The call was canceled and the Durable Object was reset.",
    ),
  storageTimedOut: () =>
    new Error("Durable Object storage operation exceeded timeout which caused object to be reset."),
  aborted: () => new Error("Application called abort() to reset Durable Object."),
  codeUpdated: () => new Error("Durable Object reset because its code was updated."),
  alarmTimedOut: () => new Error("Alarm exceeded its allowed execution time"),
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
  tooLarge: (bytes: number) =>
    new Error(
      "Serialized RPC arguments or return values are limited to 32MiB, " +
        `but the size of this value was: ${bytes} bytes.`,
    ),
  unsupportedType: (type: string) =>
    new DOMException(
      `Could not serialize object of type "${type}". This type does not support serialization.`,
      "DataCloneError",
    ),
  notCloneable: (text: string) =>
    new DOMException(`${text} could not be cloned.`, "DataCloneError"),
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
      { cause },
    ),
  noAlarmHandler: () =>
    new TypeError(
      "Your Durable Object class must have an alarm() handler in order to call setAlarm()",
    ),
  alarmNotPositive: () => new TypeError("setAlarm() cannot be called with an alarm time <= 0"),
  invalidDate: () => new TypeError("The value cannot be converted because it is not a valid Date."),
  dateTooLate: () => new TypeError("This API doesn't support dates after 2189."),
  noRecovery: () =>
    new Error("This Durable Object's storage back-end does not implement point-in-time recovery."),
} as const;
