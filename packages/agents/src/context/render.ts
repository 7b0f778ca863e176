/**
 * Blocks as text for a model. Pure.
 *
 * @module
 */

import type { ContextBlock } from "./types.ts";

const LINE = "═".repeat(46);

const CHANGED =
  "These context blocks changed after the system prompt was written. Their current values below replace the ones in the system prompt.";

/** A block as a section with a heading. */
export function renderBlock(block: ContextBlock): string {
  const { content, description, label, maxTokens, tokens } = block;
  const heading = [
    label.toUpperCase(),
    ...(description ? [`(${description})`] : []),
    ...(maxTokens
      ? [`[${Math.round((tokens / maxTokens) * 100)}% — ${tokens}/${maxTokens} tokens]`]
      : []),
    markOf(block),
  ];
  return `${LINE}\n${heading.join(" ")}\n${LINE}\n${content}`;
}

/** Sections of a prompt. */
export function joinSections(sections: readonly string[]): string {
  return sections.join("\n\n");
}

/** Whether a prompt has exactly this section. */
export function hasSection(prompt: string, section: string): boolean {
  const next = `\n\n${LINE}\n`;
  const text = `\n\n${prompt}`;
  const wanted = `\n\n${section}`;
  return text.endsWith(wanted) || text.includes(wanted + next);
}

/** What is sent after the prompt when blocks have changed. */
export function renderReminder(sections: readonly string[]): string {
  return joinSections([CHANGED, ...sections]);
}

function markOf({ isSearchable, writable }: ContextBlock): string {
  if (isSearchable) return "[searchable]";
  return writable ? "[writable]" : "[readonly]";
}
