import { EventSource as StandardEventSource } from "eventsource";
import { globalErrors } from "../contract-errors.ts";

type Fetch = NonNullable<
  NonNullable<ConstructorParameters<typeof StandardEventSource>[1]>["fetch"]
>;

/** What the stream of {@link EventSource.from} is fetched from. */
const NOWHERE = "http://event-source.invalid/";
const EVENT_STREAM = "text/event-stream";

/**
 * The `EventSource` of a Worker: the standard one, without credentials, and `EventSource.from` for a
 * stream that is there already.
 */
export class EventSource extends StandardEventSource {
  /** @throws DOMException `SyntaxError` for a bad address, `NotSupportedError` for credentials. */
  constructor(address: string | URL, init: { withCredentials?: boolean; fetch?: Fetch } = {}) {
    const url = URL.parse(String(address));
    if (!url) throw globalErrors.badEventSource(String(address));
    if (init.withCredentials) throw globalErrors.eventSourceCredentials();
    // The global function: it waits for the output gate of the object.
    super(url, { fetch: init.fetch ?? ((...call) => globalThis.fetch(...call)) });
  }

  /** The events of a stream. It ends with an `error` event and is not opened again. */
  static from(stream: ReadableStream): EventSource {
    const headers = new Headers({ "content-type": EVENT_STREAM });
    const response = { url: NOWHERE, status: 200, redirected: false, headers, body: stream };
    const source = new EventSource(NOWHERE, { fetch: async () => response });
    source.addEventListener("error", () => source.close());
    return source;
  }
}
