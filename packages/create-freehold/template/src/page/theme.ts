export type Theme = "system" | "light" | "dark";

const KEY = "theme";
const listeners = new Set<() => void>();

/** The theme that was chosen. It stands at the root element, where `index.html` puts it first. */
export const theme = {
  get(): Theme {
    return toTheme(document.documentElement.dataset.theme);
  },
  /** Remembers it, for the other tabs too. */
  choose(next: Theme): void {
    show(next);
    try {
      if (next === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // Storage is off: it lasts as long as the page.
    }
  },
  subscribe(listener: () => void): () => void {
    if (listeners.size === 0) window.addEventListener("storage", follow);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) window.removeEventListener("storage", follow);
    };
  },
};

/** What another tab chose. */
function follow({ key, newValue }: StorageEvent): void {
  if (key === KEY) show(toTheme(newValue));
}

function show(next: Theme): void {
  const { dataset } = document.documentElement;
  if (next === "system") delete dataset.theme;
  else dataset.theme = next;
  for (const listener of listeners) listener();
}

function toTheme(value: string | null | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}
