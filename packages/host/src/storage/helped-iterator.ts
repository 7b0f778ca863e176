/**
 * The runtime's own `Iterator`, whose helpers (`map`, `filter`, …) come with each class that extends it.
 * Named by what every project's types know: in older ones `Iterator` is no class.
 */
export const HelpedIterator = Iterator as unknown as abstract new <T>() => IteratorObject<
  T,
  undefined
>;
