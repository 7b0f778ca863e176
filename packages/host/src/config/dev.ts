import type { FieldReader } from "./reader.ts";
import type { DevelopmentConfig } from "./wrangler.ts";

/** What `dev` says of where to listen in development. */
export function developmentConfig(fields: FieldReader): DevelopmentConfig {
  const entry = fields.object("dev");
  const port = entry?.raw("port");
  if (port !== undefined && !isPort(port)) entry?.fail("port", "a port, 0 to 65535");
  const ip = entry?.text("ip");
  return { ...(ip !== undefined && { ip }), ...(port !== undefined && { port: Number(port) }) };
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}
