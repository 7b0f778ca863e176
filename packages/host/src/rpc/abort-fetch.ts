import { rpcErrors } from "../contract-errors.ts";
import { Response as HostResponse, hasPlainBody } from "../http/response.ts";

/** What a fetch is ended with. */
export function abortReason({ reason }: AbortSignal): unknown {
  const isDefault = reason instanceof DOMException && reason.name === "AbortError";
  return isDefault ? rpcErrors.fetchAborted() : reason;
}

/**
 * The caller stops waiting. What the other end does about it is its own affair, but what it answers later is
 * for nobody.
 */
export function unlessAborted(signal: AbortSignal, answer: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(abortReason(signal));
      answer.then(drop, nothing);
    };
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A response whose body, as long as it is not read to its end, fails when the signal is aborted. */
export function abortable(signal: AbortSignal, response: Response): Response {
  if (hasPlainBody(response) || response.body === null) return response;
  const reader = response.body.getReader();
  let over = () => undefined as undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const abort = () => {
          const reason = abortReason(signal);
          controller.error(reason);
          reader.cancel(reason).catch(nothing);
        };
        signal.addEventListener("abort", abort, { once: true });
        over = () => void signal.removeEventListener("abort", abort);
      },
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (signal.aborted) return;
          if (!done) return controller.enqueue(value);
          over();
          controller.close();
        } catch (error) {
          over();
          throw error;
        }
      },
      async cancel(reason) {
        over();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new HostResponse(body, response) as unknown as Response;
}

function drop(response: Response): void {
  if (!hasPlainBody(response)) response.body?.cancel().catch(nothing);
}

function nothing(): undefined {
  return undefined;
}
