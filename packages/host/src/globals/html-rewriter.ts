import { createRequire } from "node:module";
import { join } from "node:path";
import type {
  DocumentHandlers,
  ElementHandlers,
  HTMLRewriter as Rewriter,
} from "html-rewriter-wasm";
import { FreeholdError } from "../errors.ts";
import { nativeResponse, Response } from "../http/response.ts";

const PACKAGE = "html-rewriter-wasm";

type RewriterClass = new (sink: (chunk: Uint8Array) => void) => Rewriter;

let loaded: RewriterClass | undefined;

/**
 * The `HTMLRewriter` of a Worker. The work is done by the package `html-rewriter-wasm`, which a
 * project that uses it installs.
 *
 * @example
 * ```ts
 * new HTMLRewriter().on("a", { element: (a) => a.setAttribute("rel", "nofollow") }).transform(response);
 * ```
 */
export class HTMLRewriter {
  readonly #rewriter: RewriterClass;
  readonly #setUp: ((rewriter: Rewriter) => void)[] = [];

  /** @throws FreeholdError `HTML_REWRITER_MISSING` when the package is not installed. */
  constructor() {
    loaded ??= load();
    this.#rewriter = loaded;
  }

  on(selector: string, handlers: ElementHandlers): this {
    this.#setUp.push((rewriter) => rewriter.on(selector, handlers));
    return this;
  }

  onDocument(handlers: DocumentHandlers): this {
    this.#setUp.push((rewriter) => rewriter.onDocument(handlers));
    return this;
  }

  /** The response with its body rewritten while it is read. */
  transform(response: object): Response {
    const { body, status, statusText, headers } = nativeResponse(response);
    const kept = new Headers(headers);
    if (body === null) return new Response(null, { status, statusText, headers: kept });
    kept.delete("content-length");
    const rewritten = body.pipeThrough(this.#transform());
    return new Response(rewritten, { status, statusText, headers: kept });
  }

  #transform(): TransformStream<Uint8Array, Uint8Array> {
    let rewriter: Rewriter | undefined;
    return new TransformStream({
      start: (controller) => {
        // The chunk is a view into memory that is used again.
        rewriter = new this.#rewriter((chunk) => controller.enqueue(chunk.slice()));
        for (const apply of this.#setUp) apply(rewriter);
      },
      transform: (chunk) => rewriter?.write(chunk),
      flush: async () => {
        await rewriter?.end();
        rewriter?.free();
      },
    });
  }
}

function load(): RewriterClass {
  for (const base of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      const found = createRequire(base)(PACKAGE) as { readonly HTMLRewriter: RewriterClass };
      return found.HTMLRewriter;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new FreeholdError("HTML_REWRITER_MISSING", "HTMLRewriter needs another package.", {
    help: `Run \`npm install ${PACKAGE}\` in the project.`,
  });
}
