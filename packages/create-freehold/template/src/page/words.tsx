import Markdown from "markdown-to-jsx/react";
import type { ComponentProps } from "react";
import { CodeBlock } from "./code-block.tsx";

interface WordsProps {
  text: string;
  /** More is coming. */
  streaming: boolean;
  /** In a quiet colour. */
  muted?: boolean;
}

/** Markdown from a model: no raw HTML, and nothing is loaded from elsewhere. */
export function Words({ text, streaming, muted = false }: WordsProps) {
  return (
    <Markdown
      className={`words prose max-w-none wrap-anywhere prose-blockquote:not-italic prose-blockquote:font-normal prose-code:before:content-none prose-code:after:content-none [&_blockquote_p]:before:content-none [&_blockquote_p]:after:content-none ${streaming ? "streaming" : ""} ${muted ? "prose-sm muted" : ""}`}
      options={{
        forceBlock: true,
        forceWrapper: true,
        wrapper: "div",
        disableParsingRawHTML: true,
        optimizeForStreaming: streaming,
        overrides: {
          a: { component: Link },
          img: { component: ImageLink },
          pre: { component: CodeBlock },
          table: { component: Table },
        },
      }}
    >
      {text}
    </Markdown>
  );
}

function Link({ href, title, children }: ComponentProps<"a">) {
  // Addresses that are not safe have been taken out.
  if (!href) return children;
  return (
    <a href={href} title={title} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function ImageLink({ src, alt }: ComponentProps<"img">) {
  return <Link href={src}>{alt || src}</Link>;
}

function Table({ children }: ComponentProps<"table">) {
  return (
    <section
      className="my-4 overflow-x-auto"
      aria-label="Table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table>{children}</table>
    </section>
  );
}
