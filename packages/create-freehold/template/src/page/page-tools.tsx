import { Bug, Keyboard } from "./icons.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import { iconButton } from "./ui.ts";

interface PageToolsProps {
  debug: boolean;
  onDebug(on: boolean): void;
  onShortcuts(): void;
}

/** What changes the page, whichever conversation is open. */
export function PageTools({ debug, onDebug, onShortcuts }: PageToolsProps) {
  return (
    <div className="flex gap-1 border-t border-rule px-2 py-1.5">
      <ThemeToggle />
      <button
        type="button"
        className={iconButton}
        aria-label="Debug view"
        aria-pressed={debug}
        title="Debug view: raw messages and frames"
        onClick={() => onDebug(!debug)}
      >
        <Bug size={18} aria-hidden="true" />
      </button>
      <button
        type="button"
        className={`${iconButton} pointer-coarse:hidden`}
        aria-label="Keys"
        title="Keys (?)"
        onClick={onShortcuts}
      >
        <Keyboard size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
