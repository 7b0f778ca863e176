/** Bytes of text in one encoded word: with its frame it stays within the 75 characters allowed. */
const WORD_BYTES = 45;
const FRAME = /^=\?utf-8\?B\?([A-Za-z\d+/]*={0,2})\?=$/;

/** Whether a text can stand in a header as it is: printable ASCII, and no encoded word. */
export function isPlainText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes("=?");
}

/** A text as encoded words of RFC 2047, each of at most 75 characters and of whole characters. */
export function encodedWords(text: string): string[] {
  const encoder = new TextEncoder();
  const chunks: string[] = [];
  let chunk = "";
  let size = 0;
  for (const character of text) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > WORD_BYTES) {
      chunks.push(chunk);
      [chunk, size] = ["", 0];
    }
    chunk += character;
    size += bytes;
  }
  return [...chunks, chunk].map((each) => `=?utf-8?B?${base64(encoder.encode(each))}?=`);
}

/** Reads what {@link encodedWords} wrote, joined by spaces; any other text is what it is. */
export function decodedWords(text: string): string {
  const words = text.split(/[ \t]+/).map((word) => FRAME.exec(word)?.[1]);
  if (words.some((word) => word === undefined)) return text;
  const bytes = words.map((word) => bytesOf(word ?? ""));
  if (bytes.some((each) => each === undefined)) return text;
  return bytes.map((each) => new TextDecoder().decode(each)).join("");
}

/** Base64 of bytes. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of a base64 text; undefined when it is none. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
