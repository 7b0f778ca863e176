import { Collapsible } from "@base-ui/react/collapsible";
import { useState } from "react";
import { Brain, ChevronRight } from "./icons.ts";
import { Words } from "./words.tsx";

/** What the model thought; open while it thinks, unless the reader decides otherwise. */
export function Reasoning({ text, streaming }: { text: string; streaming: boolean }) {
  const [chosen, setChosen] = useState<boolean>();
  return (
    <Collapsible.Root open={chosen ?? streaming} onOpenChange={setChosen}>
      <Collapsible.Trigger className="group flex items-center gap-2 rounded-md py-1 text-sm text-quiet hover:text-ink">
        <Brain size={15} aria-hidden="true" />
        {streaming ? "Thinking …" : "Reasoning"}
        <ChevronRight
          size={15}
          aria-hidden="true"
          className="transition-transform group-data-panel-open:rotate-90"
        />
      </Collapsible.Trigger>
      <Collapsible.Panel className="mt-1 border-l-2 border-rule pl-4 text-sm text-quiet">
        <Words text={text} streaming={streaming} muted />
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
