import { button, late } from "./ui.ts";

/** The last word was the person's, and nobody is answering: after a reload, or a stop before the first word. */
export function NoAnswer({ onRetry }: { onRetry(): void }) {
  return (
    <p className={`mt-2 flex flex-wrap items-center gap-3 text-sm text-quiet ${late}`}>
      There is no answer to this.
      <button type="button" className={`${button} text-ink`} onClick={onRetry}>
        Answer it
      </button>
    </p>
  );
}
