import { inWorker } from "../../worker/program.ts";

export default inWorker("EventSource of a stream", async ({ note, fails }) => {
  const text = "id: 1\ndata: a\ndata: b\n\nevent: x\ndata: c\n\n";
  const source = EventSource.from(new Response(text).body as ReadableStream);
  const heard: unknown[] = [];
  await new Promise<void>((resolve) => {
    source.onmessage = ({ data, lastEventId }: MessageEvent & { lastEventId?: string | null }) =>
      heard.push([data, lastEventId]);
    source.addEventListener("x", (event) => heard.push((event as MessageEvent).data));
    source.onerror = () => resolve();
  });
  note("heard", heard);
  note("state", source.readyState);
  note("states", [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED]);
  await fails("no URL", () => new EventSource("foo").readyState);
  await fails("credentials", () => {
    return new EventSource("http://x.example/", { withCredentials: true } as never).readyState;
  });
});
