/** A header of a message: its name as it is written, and its value on one line. */
export type HeaderLine = readonly [name: string, value: string];

/** More of a message is not looked at for its headers. */
const MAX_HEAD_BYTES = 1024 * 1024;

/**
 * The headers of a message: up to the first empty line, folded lines joined, bytes as Latin-1. Lines
 * that are none are left out.
 */
export function headOf(raw: Uint8Array): readonly HeaderLine[] {
  const length = Math.min(raw.byteLength, MAX_HEAD_BYTES);
  const text = Buffer.from(raw.buffer, raw.byteOffset, length).toString("latin1");
  const [block = ""] = text.split(/\r?\n\r?\n/, 1);
  return block
    .replace(/\r?\n(?=[ \t])/g, "")
    .split(/\r?\n/)
    .flatMap((line): HeaderLine[] => {
      const [, name, value] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.trimEnd()]];
    });
}

/** The first header of a name, whatever its case. */
export function headerIn(head: readonly HeaderLine[], name: string): string | undefined {
  return head.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** As a Worker sees them. Mail allows names and values that `Headers` does not: these are left out. */
export function headersOf(head: readonly HeaderLine[]): Headers {
  const headers = new Headers();
  for (const [name, value] of head) if (isHeader(name, value)) headers.append(name, value);
  return headers;
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}
