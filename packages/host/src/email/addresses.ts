import { domainToASCII } from "node:url";
import { refusals } from "./errors.ts";

/** An address, and perhaps whose it is. */
export interface Mailbox {
  readonly address: string;
  readonly name: string;
}

// No quoted local parts, no literals, no comments: nobody has them, and they hide things.
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@([^\s@<>()[\]\\,;:"\p{Cc}]{1,255})$/u;
const NAMED = /^([^<>\p{Cc}]*)<([^<>]*)>$/u;
const CONTROL = /\p{Cc}/u;

/** Longer names of people have not been seen. In characters. */
const MAX_NAME = 320;

const HELP =
  'Give an address, `{ email, name }`, or text such as "Ada <ada@example.com>", and no line breaks.';

/**
 * One address as a program gives it: text, with or without a name, or `{ email, name }`.
 *
 * @throws FreeholdError `E_VALIDATION_ERROR`
 */
export function mailboxOf(field: string, value: unknown): Mailbox {
  if (typeof value === "string") {
    const [, name = "", address = value] = NAMED.exec(value.trim()) ?? [];
    return { address: addressOf(field, address), name: nameOf(field, unquoted(name.trim())) };
  }
  if (typeof value !== "object" || value === null) throw wrong(field);
  const { email, name } = value as { readonly email?: unknown; readonly name?: unknown };
  return { address: addressOf(field, email), name: nameOf(field, name ?? "") };
}

/**
 * No, one or several addresses.
 *
 * @throws FreeholdError `E_VALIDATION_ERROR`
 */
export function mailboxesOf(field: string, value: unknown): readonly Mailbox[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value)
    ? value.map((one: unknown) => mailboxOf(field, one))
    : [mailboxOf(field, value)];
}

/**
 * An address alone, as envelopes have it.
 *
 * @throws FreeholdError `E_VALIDATION_ERROR`
 */
export function addressOf(field: string, value: unknown): string {
  const found = typeof value === "string" ? ADDRESS.exec(value.trim()) : null;
  const [address, domain] = found ?? [];
  if (address === undefined || domain === undefined || domainToASCII(domain) === "")
    throw wrong(field);
  return address;
}

/** What stands behind the `@`, as the network spells it. */
export function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf("@") + 1)) || "localhost";
}

function nameOf(field: string, value: unknown): string {
  if (typeof value === "string" && value.length <= MAX_NAME && !CONTROL.test(value)) return value;
  throw wrong(field);
}

function unquoted(name: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name;
}

function wrong(field: string) {
  return refusals.invalid(`\`${field}\` is no address`, HELP);
}
