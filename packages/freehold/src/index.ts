export { defineConfig, type FreeholdConfig } from "./config.ts";
