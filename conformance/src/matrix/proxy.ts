import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP relay in front of a server, to cut connections as a bad network does. */
export interface CuttingProxy extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Cuts every open connection without a word; new ones are accepted. */
  cut(): void;
}

export async function startProxy(target: URL): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  };
  const server = createServer((inward) => {
    const outward = connect({ host: target.hostname, port: Number(target.port) });
    keep(inward);
    keep(outward);
    inward.pipe(outward).pipe(inward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
