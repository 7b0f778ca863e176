import { highlight, type LanguageName } from "sugar-high";

/** What models write behind the fence, by the highlighter's names. */
const NAMES: Readonly<Record<string, LanguageName>> = {
  js: "javascript",
  jsx: "javascript",
  javascript: "javascript",
  ts: "typescript",
  tsx: "typescript",
  typescript: "typescript",
  css: "css",
  py: "python",
  python: "python",
  c: "c",
  cpp: "cpp",
  "c++": "cpp",
  cs: "csharp",
  "c#": "csharp",
  go: "go",
  java: "java",
  rs: "rust",
  rust: "rust",
  json: "json",
  jsonc: "json",
  diff: "diff",
  sh: "shell",
  bash: "shell",
  shell: "shell",
  sql: "sql",
  html: "html",
  xml: "html",
  yaml: "yaml",
  yml: "yaml",
  md: "markdown",
  rb: "ruby",
  ruby: "ruby",
  kotlin: "kotlin",
  swift: "swift",
  php: "php",
  toml: "toml",
  dockerfile: "dockerfile",
};

/** The code as HTML with its colours; what is in it is escaped. */
export function highlightCode(code: string, language: string): string {
  return highlight(code, { lang: NAMES[language.toLowerCase()] ?? "plaintext" });
}
