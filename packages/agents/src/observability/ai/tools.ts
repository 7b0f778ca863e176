import { approvalSpan, toolAttributes } from "./approvals.ts";
import { asJson } from "./messages.ts";
import type { Operation } from "./operation.ts";
import { fields, text } from "./read.ts";
import { type OpenSpan, openSpan } from "./span.ts";

type Execute = (this: unknown, input: unknown, options: unknown) => unknown;

/** Tools whose every run is an `execute_tool` span below the operation's. */
export function tracedTools(tools: unknown, operation: Operation): unknown {
  if (typeof tools !== "object" || tools === null) return tools;
  const traced = Object.entries(tools).map(([name, tool]: [string, unknown]) => {
    const { execute } = fields(tool);
    if (typeof execute !== "function") return [name, tool];
    const copy: object = Object.create(Object.getPrototypeOf(tool) as object);
    return [
      name,
      Object.assign(copy, tool, {
        execute: tracedExecute(name, tool, execute as Execute, operation),
      }),
    ];
  });
  return Object.fromEntries(traced);
}

function tracedExecute(
  name: string,
  tool: unknown,
  execute: Execute,
  operation: Operation,
): Execute {
  return (input, options) => {
    const span = openTool(name, tool, input, text(fields(options).toolCallId), operation);
    const store = (result: unknown) => {
      if (!operation.options.storeTools) return;
      span.set({ "gen_ai.tool.call.result": asJson(result) });
    };
    const done = (result: unknown): unknown => {
      store(result);
      span.end();
      return result;
    };
    const failed = (error: unknown): never => {
      span.fail(error);
      throw error;
    };
    try {
      const result = span.run(() => execute.call(tool, input, options));
      if (isAsyncIterable(result)) return followed(result, span, store);
      if (isPromiseLike(result)) return result.then(done, failed);
      return done(result);
    } catch (error) {
      return failed(error);
    }
  };
}

function openTool(
  name: string,
  tool: unknown,
  input: unknown,
  toolCallId: string | undefined,
  { span, options, decisions }: Operation,
): OpenSpan {
  const { type } = fields(tool);
  const opened = openSpan(
    "execute_tool",
    name,
    {
      ...toolAttributes(name, toolCallId),
      "gen_ai.tool.type":
        type === "provider" || type === "provider-defined" ? "extension" : "function",
      "gen_ai.tool.call.arguments": options.storeTools ? asJson(input) : undefined,
    },
    { parent: span.context },
  );
  if (toolCallId !== undefined && decisions.get(toolCallId)?.approved) {
    approvalSpan(opened.context, name, toolCallId, "approved");
  }
  return opened;
}

/** The same values; the span stays open until there are no more, or nobody wants them. */
async function* followed(
  source: AsyncIterable<unknown>,
  span: OpenSpan,
  store: (result: unknown) => void,
): AsyncGenerator<unknown> {
  const values = source[Symbol.asyncIterator]();
  let last: unknown;
  let finished = false;
  try {
    for (;;) {
      const step = await span.run(() => values.next());
      if (step.done) {
        finished = true;
        return step.value;
      }
      last = step.value;
      yield step.value;
    }
  } catch (error) {
    finished = true;
    span.fail(error);
    throw error;
  } finally {
    store(last);
    if (finished) span.end();
    else {
      span.cancel();
      await values.return?.(undefined);
    }
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof fields(value)[Symbol.asyncIterator as never] === "function";
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof fields(value).then === "function";
}
