import type { ToolSet } from "ai";
import { messageOf } from "../errors.ts";
import type { ContextBlock } from "./types.ts";

/** What the tools do with blocks. */
export interface ToolBlocks {
  getBlock(label: string): ContextBlock | null;
  set(label: string, content: string): Promise<ContextBlock>;
  append(label: string, content: string): Promise<ContextBlock>;
  /** Stores an entry; returns its key. */
  index(label: string, content: string, title?: string): Promise<string>;
  search(label: string, query: string): Promise<string | null>;
}

interface SetInput {
  readonly label: string;
  readonly content: string;
  readonly action?: "replace" | "append" | undefined;
  readonly metadata?: { readonly title?: string | undefined } | undefined;
}

const DURABLE = "Writes are durable and persist across sessions.";
const ENTRIES =
  "For searchable blocks, pass `metadata: { title, description }` — title stabilises updates, description helps the model pick entries. Metadata is optional.";

/** Tools for what the blocks can do; none where they can only be read. */
export async function toolsFor(blocks: ToolBlocks, all: readonly ContextBlock[]): Promise<ToolSet> {
  const writable = all.filter((block) => block.writable);
  const searchable = all.filter((block) => block.isSearchable);
  if (writable.length + searchable.length === 0) return {};
  const { z } = await import("zod");
  const labelOf = (some: readonly ContextBlock[]) => z.enum(some.map(({ label }) => label));
  const tools: ToolSet = {};
  if (writable.length > 0) {
    tools.set_context = {
      description: describeSet(writable),
      inputSchema: z.object({
        label: labelOf(writable),
        content: z.string(),
        action: z.enum(["replace", "append"]).optional(),
        metadata: z
          .object({ title: z.string().optional(), description: z.string().optional() })
          .optional(),
      }),
      execute: (input: SetInput) => answer(() => write(blocks, input)),
    };
  }
  if (searchable.length > 0) {
    const labels = searchable.map(({ label }) => label);
    const quoted = labels.map((label) => `"${label}"`).join(", ");
    tools.search_context = {
      description: `Search for information in a searchable context block. ONLY these blocks are searchable: ${quoted}. Other blocks cannot be searched.`,
      inputSchema: z.object({ label: labelOf(searchable), query: z.string() }),
      execute: ({ label, query }: { label: string; query: string }) =>
        answer(async () => {
          if (labels.includes(label)) {
            return (await blocks.search(label, query)) ?? "No results found.";
          }
          return `Error: "${label}" is not searchable. Searchable blocks: ${labels.join(", ")}`;
        }),
    };
  }
  return tools;
}

/** A model is told of a failure as text: it can try again. */
async function answer(act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    return `Error: ${messageOf(error)}`;
  }
}

async function write(
  blocks: ToolBlocks,
  { action, content, label, metadata }: SetInput,
): Promise<string> {
  const block = blocks.getBlock(label);
  if (!block) return `Error: block "${label}" not found`;
  if (block.isSearchable) {
    return `Indexed "${await blocks.index(label, content, metadata?.title)}" in ${label}.`;
  }
  const { maxTokens, tokens } = await (action === "append"
    ? blocks.append(label, content)
    : blocks.set(label, content));
  const usage = maxTokens
    ? `${Math.round((tokens / maxTokens) * 100)}% (${tokens}/${maxTokens} tokens)`
    : `${tokens} tokens`;
  return `Written to ${label}. Usage: ${usage}`;
}

function describeSet(writable: readonly ContextBlock[]): string {
  const lines = writable.map(({ description, isSearchable, label }) => {
    const kind = isSearchable ? "searchable, keyed entries" : "writable";
    return `- "${label}" (${kind}): ${description ?? "no description"}`;
  });
  const parts = [["Write to a context block. Available blocks:", ...lines].join("\n"), DURABLE];
  return [...parts, ...(writable.some((one) => one.isSearchable) ? [ENTRIES] : [])].join("\n\n");
}
