import { useEffect, useRef } from "react";

interface Actions {
  startNew(): void;
  search(): void;
  help(): void;
  write(): void;
}

/** Keys that work everywhere on the page; `shortcuts.tsx` lists them. */
export function useShortcuts(actions: Actions): void {
  const latest = useRef(actions);
  latest.current = actions;

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = actionFor(event);
      if (!action) return;
      event.preventDefault();
      latest.current[action]();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function actionFor(event: KeyboardEvent): keyof Actions | undefined {
  const { ctrlKey, metaKey, shiftKey, altKey, target } = event;
  const key = event.key.toLowerCase();
  if ((ctrlKey || metaKey) && !altKey) {
    if (key === "k" && !shiftKey) return "search";
    if (key === "o" && shiftKey) return "startNew";
    return undefined;
  }
  const writes =
    target instanceof HTMLElement && target.closest("input, textarea, select, [role=dialog]");
  if (writes || altKey) return undefined;
  if (key === "?") return "help";
  return key === "/" ? "write" : undefined;
}
