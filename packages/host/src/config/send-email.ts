import type { FieldReader } from "./reader.ts";
import type { SendEmailConfig } from "./wrangler.ts";

const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/;

/** `send_email`: bindings that send. */
export function sendEmail(fields: FieldReader): SendEmailConfig[] {
  const found: SendEmailConfig[] = [];
  for (const entry of fields.objects("send_email")) {
    const name = entry.requiredText("name");
    if (found.some((other) => other.name === name)) entry.fail("name", "unique");
    const destinationAddress = entry.text("destination_address", ADDRESS, "an address");
    const destinations = addresses(entry, "allowed_destination_addresses");
    const senders = addresses(entry, "allowed_sender_addresses");
    if (destinationAddress !== undefined && destinations !== undefined) {
      entry.fail("allowed_destination_addresses", "absent where there is `destination_address`");
    }
    found.push({
      name,
      ...(destinationAddress !== undefined && { destinationAddress }),
      ...(destinations && { allowedDestinationAddresses: destinations }),
      ...(senders && { allowedSenderAddresses: senders }),
    });
  }
  return found;
}

/** An empty list allows nobody; no list allows everybody. */
function addresses(entry: FieldReader, field: string): readonly string[] | undefined {
  if (!entry.has(field)) return undefined;
  const found = entry.texts(field);
  const wrong = found.findIndex((address) => !ADDRESS.test(address));
  if (wrong >= 0) entry.fail(field, `a list of addresses (entry ${wrong})`);
  return found;
}
