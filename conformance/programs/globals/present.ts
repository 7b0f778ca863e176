import { inWorker } from "../../worker/program.ts";

const words = (text: string) => text.trim().split(/\s+/);
const kinds = (text: string) =>
  words(text).map((name) => `${name}: ${typeof Reflect.get(globalThis, name)}`);

export default inWorker(
  "what is there, and what is not",
  async ({ note }) => {
    note(
      "classes",
      kinds(`AbortController AbortSignal AsyncDisposableStack Blob Buffer ByteLengthQueuingStrategy Cache
        CacheStorage CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent
        DOMException DecompressionStream DisposableStack ErrorEvent Event EventSource EventTarget File
        FinalizationRegistry FixedLengthStream Float16Array FormData HTMLRewriter Headers
        IdentityTransformStream Iterator MessageChannel MessageEvent MessagePort Navigator Performance
        PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver
        PerformanceObserverEntryList PerformanceResourceTiming PromiseRejectionEvent
        ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
        ReadableStreamDefaultController ReadableStreamDefaultReader Request Response SharedArrayBuffer
        SubtleCrypto SuppressedError TextDecoder TextDecoderStream TextEncoder TextEncoderStream
        TransformStream TransformStreamDefaultController URL URLPattern URLSearchParams WeakRef WebSocket
        WebSocketPair WebSocketRequestResponsePair WritableStream WritableStreamDefaultController
        WritableStreamDefaultWriter`),
    );
    note(
      "values",
      kinds(`Atomics Cloudflare Intl WebAssembly addEventListener atob btoa caches clearImmediate
        clearInterval clearTimeout console crypto dispatchEvent escape eval fetch global globalThis
        navigator performance process queueMicrotask removeEventListener reportError scheduler self
        setImmediate setInterval setTimeout structuredClone unescape`),
    );
    note(
      "absent",
      kinds(`BroadcastChannel Notification SharedWorker Storage Worker WorkerNavigator XMLHttpRequest alert
        document importScripts localStorage location module name require sessionStorage window
        __dirname __filename`),
    );
    note(
      "of service workers",
      kinds(`Body ExtendableEvent FetchEvent ScheduledEvent ServiceWorkerGlobalScope TailEvent TraceEvent
        WorkerGlobalScope origin`),
    );
    note("caches", [caches instanceof CacheStorage, caches.default instanceof Cache]);
    note("self", self === globalThis);
  },
  {
    accept: {
      "of service workers": "nothing extends them, and libraries take them for a browser's",
    },
  },
);
