import Markdown from "markdown-to-jsx/react";

interface WordsProps {
  text: string;
  /** More is coming. */
  streaming: boolean;
}

/** Markdown from a model: no raw HTML, and nothing is loaded from elsewhere. */
export function Words({ text, streaming }: WordsProps) {
  return (
    <Markdown
      className={streaming ? "words streaming" : "words"}
      options={{
        forceBlock: true,
        forceWrapper: true,
        wrapper: "div",
        disableParsingRawHTML: true,
        optimizeForStreaming: streaming,
        overrides: { a: { component: Link }, img: { component: ImageLink } },
      }}
    >
      {text}
    </Markdown>
  );
}

function Link({ href, title, children }: React.ComponentProps<"a">) {
  return (
    <a href={href} title={title} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function ImageLink({ src, alt }: React.ComponentProps<"img">) {
  return <Link href={src}>{alt || src}</Link>;
}
