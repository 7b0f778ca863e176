import { type ComponentProps, isValidElement, type ReactNode, useEffect, useState } from "react";
import { CopyButton } from "./copy-button.tsx";

type Highlight = typeof import("./highlight.ts").highlightCode;

/** Loads with the first code that is shown. */
let loaded: Highlight | undefined;

/** Code of an answer, in colours, with a button that copies it. */
export function CodeBlock({ children }: ComponentProps<"pre">) {
  const { code, language } = read(children);
  const highlight = useHighlight();
  const html = highlight?.(code, language);
  return (
    <div className="not-prose my-4 overflow-hidden rounded-xl border border-rule bg-shade">
      <div className="flex items-center justify-between border-b border-rule pr-1 pl-4">
        <span className="font-mono text-xs text-quiet">{language || "text"}</span>
        <CopyButton text={code} label="Copy the code" />
      </div>
      <pre
        className="overflow-x-auto px-4 py-3 font-mono text-sm leading-6"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {html === undefined ? (
          <code>{code}</code>
        ) : (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the highlighter escapes the code
          <code dangerouslySetInnerHTML={{ __html: html }} />
        )}
      </pre>
    </div>
  );
}

function useHighlight(): Highlight | undefined {
  const [highlight, setHighlight] = useState(() => loaded);
  useEffect(() => {
    if (loaded) return;
    let mounted = true;
    void import("./highlight.ts").then(({ highlightCode }) => {
      loaded = highlightCode;
      if (mounted) setHighlight(() => highlightCode);
    });
    return () => {
      mounted = false;
    };
  }, []);
  return highlight;
}

/** The text and the language of the `code` element in a `pre`. */
function read(children: ReactNode): { code: string; language: string } {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) {
    return { code: textOf(children), language: "" };
  }
  const { className = "", children: content } = children.props;
  const language = /\blang(?:uage)?-([\w+#-]+)/.exec(className)?.[1] ?? "";
  return { code: textOf(content).replace(/\n$/, ""), language };
}

function textOf(node: ReactNode): string {
  if (Array.isArray(node)) return node.map(textOf).join("");
  return typeof node === "string" || typeof node === "number" ? String(node) : "";
}
