import { useEffect, useRef } from "react";

/** Escape does this, unless a dialog or a field has used it already. */
export function useEscape(enabled: boolean, action: () => unknown): void {
  const latest = useRef(action);
  latest.current = action;

  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = ({ key, defaultPrevented, target }: KeyboardEvent) => {
      if (key !== "Escape" || defaultPrevented) return;
      const isInDialog =
        target instanceof Element && target.closest("[role=dialog], [role=alertdialog]");
      if (!isInDialog) latest.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
