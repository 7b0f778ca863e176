import { facetErrors } from "../contract-errors.ts";
import { FreeholdError } from "../errors.ts";
import { currentLimits } from "../limits.ts";

/**
 * The name of a facet from an argument of a program.
 *
 * @throws TypeError when it is missing, or longer than the limit (256 bytes of UTF-8)
 * @throws FreeholdError `FACET_NAME_INVALID` when it is empty, or no well-formed text
 */
export function facetName(method: string, position: number, value: unknown): string {
  if (value === undefined) throw facetErrors.wrongArgument(method, position, "string");
  // Unlike `String`, a template refuses symbols, as the contract does.
  const name = `${value as string}`;
  const most = currentLimits().facetNameBytes;
  if (Buffer.byteLength(name, "utf8") > most) throw facetErrors.nameTooLong(most);
  if (name === "" || !name.isWellFormed()) {
    throw new FreeholdError("FACET_NAME_INVALID", "A facet needs a name of well-formed text.", {
      help: "Use any text that is not empty and has no half of a surrogate pair.",
    });
  }
  return name;
}
