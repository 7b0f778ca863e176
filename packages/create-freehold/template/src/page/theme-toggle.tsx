import { useEffect, useState } from "react";
import { MoonIcon, SunIcon, SystemIcon } from "./icons.tsx";

type Theme = "system" | "light" | "dark";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: SystemIcon, light: SunIcon, dark: MoonIcon };
const KEY = "theme";

/** Goes round system, light and dark; the choice is remembered, and `index.html` applies it. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(() => toTheme(document.documentElement.dataset.theme));
  const Icon = ICONS[theme];

  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);

  // Other tabs follow.
  useEffect(() => {
    const follow = ({ key, newValue }: StorageEvent) => {
      if (key === KEY) setTheme(toTheme(newValue));
    };
    window.addEventListener("storage", follow);
    return () => window.removeEventListener("storage", follow);
  }, []);

  const change = () => {
    const next = NEXT[theme];
    setTheme(next);
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  };

  const label = `Theme: ${theme}. Change to ${NEXT[theme]}`;
  return (
    <button
      type="button"
      className="-mr-2 grid size-10 place-items-center text-quiet hover:text-ink"
      aria-label={label}
      title={label}
      onClick={change}
    >
      <Icon />
    </button>
  );
}

function toTheme(value: string | null | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}
