import { inWorker } from "../../worker/program.ts";

export default inWorker("what is there", async ({ note }) => {
  const names = `AbortController AbortSignal Blob Buffer ByteLengthQueuingStrategy Cloudflare CloseEvent
    CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream
    ErrorEvent Event EventSource  EventTarget File FixedLengthStream FormData HTMLRewriter Headers
    IdentityTransformStream MessageChannel MessageEvent MessagePort Navigator Performance
    PromiseRejectionEvent ReadableStream ReadableStreamBYOBReader Request Response SubtleCrypto
    TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLPattern
    URLSearchParams WebAssembly WebSocket WebSocketPair WebSocketRequestResponsePair WritableStream
    addEventListener atob btoa caches clearInterval clearTimeout console crypto dispatchEvent fetch
    navigator performance process queueMicrotask removeEventListener reportError scheduler self
    setImmediate setInterval setTimeout structuredClone`;
  note(
    "missing",
    names.split(/\s+/).filter((name) => !(name in globalThis)),
  );
});
