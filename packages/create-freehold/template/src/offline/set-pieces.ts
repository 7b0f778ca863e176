import type { Rule } from "./rules.ts";

/** "Help" */
export const help: Rule = ({ text }) => {
  if (!/\b(?:help|who are you|what are you|what can you do)\b/i.test(text)) return;
  return {
    text: [
      "My words come from a handful of rules, not from a language model. What I know:",
      [
        "- **weather**, by a tool on the server: *what is the weather in Lisbon?*",
        "- **time**, by a tool in your browser: *what time is it?*",
        "- **calculations**, which ask you first when they are large: *what is 5000 * 3?*",
        "- **reminders**: *remind me in 10 seconds to stretch*, *tomorrow at 9:00*, *every day at 18:30*",
        "- **thinking**: *is 221 a prime number?*",
        "- **formatting**: *show me what you can format*",
        "- **going on for long**: *count to 200*",
      ].join("\n"),
      "Put one line in `.dev.vars` to give me a real model.",
    ].join("\n\n"),
  };
};

const SAMPLE = `## What an answer can hold

Words can be **strong**, *stressed*, ~~struck~~ or \`code\`, and there are [links](https://example.com).

1. First this
2. then that
   - with details

| Fruit  | Colour | Weight |
| ------ | ------ | -----: |
| Apple  | red    |  182 g |
| Banana | yellow |  118 g |

> Simplicity is prerequisite for reliability.

\`\`\`ts
/** Greets somebody. */
export function greet(name: string): string {
  return \`Hello, \${name}!\`; // and nothing more
}
\`\`\`

\`\`\`sh
npm create freehold my-app
\`\`\``;

/** "Show me what you can format" */
export const formatting: Rule = ({ text }) =>
  /\b(?:format|markdown|code|table)\b/i.test(text) ? { text: SAMPLE } : undefined;

/** "Count to 200": long enough to stop it, to reload, or to open another tab meanwhile. */
export const countTo: Rule = ({ text }) => {
  const end = Math.min(1000, Number(/\bcount\b.*?\b(\d{1,5})\b/i.exec(text)?.[1] ?? 0));
  if (end < 1) return;
  return { text: Array.from({ length: end }, (_, at) => `${at + 1}`).join(", ") };
};
