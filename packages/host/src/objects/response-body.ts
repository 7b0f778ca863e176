import { bytesOf } from "../http/bytes.ts";
import { Response as HostResponse, hasPlainBody } from "../http/response.ts";
import { thrown } from "../rpc/exchange.ts";
import type { ObjectInvocation } from "./object-invocation.ts";
import { resetError } from "./reset.ts";

/**
 * A response as it may leave its object. A body that is known in full leaves with the response. A
 * stream is read within the object, each chunk waits for the output gate, and the object counts as
 * busy until the stream has ended.
 */
export function gatedResponse(origin: ObjectInvocation, response: Response): Response {
  if (hasPlainBody(response) || response.body === null) return response;
  const body = gatedBody(origin, response.body);
  return new HostResponse(body, response) as unknown as Response;
}

function gatedBody(
  origin: ObjectInvocation,
  body: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  const { activation } = origin;
  const reader = origin.enter(() => body.getReader());
  let isOver = false;
  const notBusy = activation.activity.keepBusy();
  const over = () => {
    if (isOver) return;
    isOver = true;
    letGo();
    notBusy();
  };
  let letGo: () => void = over;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        letGo = activation.activity.hold(() => {
          isOver = true;
          const { reason } = activation;
          controller.error(reason && Object.assign(resetError(reason), { remote: true }));
        });
      },
      async pull(controller) {
        try {
          const { value, done } = await origin.enter(() => reader.read());
          await activation.gate();
          if (isOver) return;
          if (done) {
            over();
            controller.close();
          } else controller.enqueue(bytesOf(value));
        } catch (error) {
          if (isOver) return;
          over();
          controller.error(thrown(error, undefined));
        }
      },
      async cancel(reason) {
        over();
        await origin.enter(() => reader.cancel(reason));
      },
    },
    { highWaterMark: 0 },
  );
}
