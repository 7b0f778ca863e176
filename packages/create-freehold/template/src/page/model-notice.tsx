import type { ModelInfo } from "../protocol.ts";

/** Says honestly where the words come from. */
export function ModelNotice({ model }: { model: ModelInfo | undefined }) {
  return (
    <section aria-labelledby="words" className="border-t border-rule pt-5 text-sm">
      <h2 id="words" className="caption">
        Where the words come from
      </h2>
      <div className="mt-2 min-h-20 text-quiet">
        {model?.kind === "offline" && (
          <p>
            <strong className="font-semibold text-ink">{model.name}.</strong> A stand-in made of
            rules, not a language model: it greets, echoes, tells the time, keeps notes and sets
            reminders. Put <code className="font-mono text-[0.92em]">OPENAI_API_KEY</code> in{" "}
            <code className="font-mono text-[0.92em]">.dev.vars</code> to let a real model speak.
          </p>
        )}
        {model?.kind === "endpoint" && (
          <p>
            <strong className="font-semibold text-ink">{model.name}</strong>, a language model
            behind the endpoint in <code className="font-mono text-[0.92em]">.dev.vars</code>. It
            can be wrong.
          </p>
        )}
      </div>
    </section>
  );
}
