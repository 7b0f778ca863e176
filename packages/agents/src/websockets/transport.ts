import { CAPNWEB_TRANSPORT_QUERY, CAPNWEB_TRANSPORT_VALUE } from "../wire.ts";

export { CAPNWEB_TRANSPORT_QUERY, CAPNWEB_TRANSPORT_VALUE };

/** Whether a request is a WebSocket upgrade that asks for Cap'n Web. */
export function isCapnWebTransportUpgrade(request: Request): boolean {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return false;
  const asked = new URL(request.url).searchParams.get(CAPNWEB_TRANSPORT_QUERY);
  return asked === CAPNWEB_TRANSPORT_VALUE;
}

/** `url` with `ws(s)` as its scheme and the parameter that asks for Cap'n Web. */
export function capnWebTransportUrl(url: string | URL): string {
  const target = new URL(url);
  target.protocol = target.protocol.replace("http", "ws");
  target.searchParams.set(CAPNWEB_TRANSPORT_QUERY, CAPNWEB_TRANSPORT_VALUE);
  return target.toString();
}
