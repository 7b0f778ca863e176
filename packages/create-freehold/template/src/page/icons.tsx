import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="square"
    >
      {children}
    </svg>
  );
}

/** A plot of land and its corner post. */
export const MarkIcon = () => (
  <Icon>
    <path d="M3 15V4.5L15 3v12z" />
    <circle cx="3" cy="15" r="1.6" fill="currentColor" stroke="none" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="3.25" />
    <path d="M9 1.5v1.2M9 15.3v1.2M1.5 9h1.2M15.3 9h1.2M3.7 3.7l.8.8M13.5 13.5l.8.8M3.7 14.3l.8-.8M13.5 4.5l.8-.8" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M14.8 11A6.3 6.3 0 0 1 7 3.2 6.3 6.3 0 1 0 14.8 11z" strokeLinejoin="round" />
  </Icon>
);

export const SystemIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="6.25" />
    <path d="M9 2.75v12.5a6.25 6.25 0 0 0 0-12.5z" fill="currentColor" stroke="none" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m4.5 4.5 9 9M13.5 4.5l-9 9" />
  </Icon>
);

export const ClockIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="6.25" />
    <path d="M9 5.25V9l2.5 2" />
  </Icon>
);
