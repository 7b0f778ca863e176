import { bytesOf } from "../http/bytes.ts";
import { Response as HostResponse, hasPlainBody } from "../http/response.ts";

/**
 * A response whose body tells when it has been read, has failed, or is not wanted any more.
 *
 * @param over called once: at once when there is nothing to read
 */
export function heldResponse(response: Response, over: () => void): Response {
  if (hasPlainBody(response) || response.body === null) {
    over();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (!done) return controller.enqueue(bytesOf(value));
          over();
          controller.close();
        } catch (error) {
          over();
          throw error;
        }
      },
      async cancel(reason) {
        try {
          await reader.cancel(reason);
        } finally {
          over();
        }
      },
    },
    { highWaterMark: 0 },
  );
  return new HostResponse(body, response) as unknown as Response;
}
