import type { Transport } from "../rpc/port/transport.ts";

/** One channel for remote calls and for messages of our own, which have a `cell`. */
export interface SplitChannel {
  readonly calls: Transport;
  send(message: object): void;
}

/**
 * Parts a channel in two.
 *
 * @param onMessage gets the messages of our own
 * @param beforeSend called ahead of each message of a remote call
 */
export function splitChannel(
  whole: Transport,
  onMessage: (message: object) => void,
  beforeSend: () => void = () => undefined,
): SplitChannel {
  return {
    calls: {
      send(message) {
        beforeSend();
        whole.send(message);
      },
      listen(onCall, onClose) {
        whole.listen((message) => {
          if (isOurs(message)) onMessage(message);
          else onCall(message);
        }, onClose);
      },
      close: () => whole.close(),
    },
    send: (message) => whole.send(message),
  };
}

function isOurs(message: unknown): message is object {
  return typeof message === "object" && message !== null && Object.hasOwn(message, "cell");
}
