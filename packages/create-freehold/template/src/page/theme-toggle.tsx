import { useSyncExternalStore } from "react";
import { Moon, Sun, SunMoon } from "./icons.ts";
import { theme } from "./theme.ts";
import { iconButton } from "./ui.ts";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;
const ICONS = { system: SunMoon, light: Sun, dark: Moon };

/** Goes round system, light and dark. */
export function ThemeToggle() {
  const current = useSyncExternalStore(theme.subscribe, theme.get);
  const Icon = ICONS[current];
  const label = `Theme: ${current}. Change to ${NEXT[current]}`;
  return (
    <button
      type="button"
      className={iconButton}
      aria-label={label}
      title={label}
      onClick={() => theme.choose(NEXT[current])}
    >
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}
