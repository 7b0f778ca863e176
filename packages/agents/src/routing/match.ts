/** What a path says: which binding, and which instance of it. */
export interface PathMatch {
  /** Binding in kebab case. */
  readonly binding: string;
  /** The instance's name exactly as it stands in the URL, not decoded. */
  readonly name: string;
}

/** Reads `/{prefix}/{binding}/{name}[/…]`; undefined for any other path. Empty segments do not count. */
export function matchPath(pathname: string, prefix: string): PathMatch | undefined {
  const segments = segmentsOf(pathname);
  const expected = segmentsOf(prefix);
  if (expected.some((segment, index) => segments[index] !== segment)) return undefined;
  const [binding, name] = segments.slice(expected.length);
  return binding === undefined || name === undefined ? undefined : { binding, name };
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}
