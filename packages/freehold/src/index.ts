export type { OutgoingEmail } from "@freehold/host";
export { defineConfig, type FreeholdConfig } from "./config.ts";
export type { EmailSettings } from "./email.ts";
