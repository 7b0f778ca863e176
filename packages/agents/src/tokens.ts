const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_WORD = 1.3;

/** About how many tokens a text costs a model: by its characters or by its words, whichever is more. */
export function estimateTokens(text: string): number {
  if (text === "") return 0;
  const words = text.split(/\s+/).filter((word) => word !== "").length;
  return Math.ceil(Math.max(text.length / CHARACTERS_PER_TOKEN, words * TOKENS_PER_WORD));
}
