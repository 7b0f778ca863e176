/** A place in a path where a route's segment stands before an entry's id. */
export interface RoutedPath {
  /** The entry's id, decoded. */
  readonly id: string;
  /** What is left of the path for the entry, from its slash on. */
  readonly rest: string;
}

/** The places in a path that could name an entry of `route`, from the left. */
export function routedPaths(pathname: string, route: string): RoutedPath[] {
  const segments = pathname.split("/");
  return segments.flatMap((segment, index) => {
    const encoded = segments[index + 1];
    if (segment !== route || index === 0 || !encoded) return [];
    const id = decoded(encoded);
    return id === undefined ? [] : [{ id, rest: `/${segments.slice(index + 2).join("/")}` }];
  });
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
