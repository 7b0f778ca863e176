import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { freeholdTransform } from "./packages/transform/src/vite/index.ts";

const SOURCE_CONDITION = "freehold-source";

export default defineConfig({
  plugins: [freeholdTransform()],
  resolve: { conditions: [SOURCE_CONDITION, ...defaultClientConditions] },
  ssr: {
    resolve: {
      conditions: [SOURCE_CONDITION, ...defaultServerConditions],
      externalConditions: [SOURCE_CONDITION],
    },
  },
  test: {
    environment: "node",
    include: [
      "packages/*/src/**/*.test.{ts,tsx}",
      "packages/*/test/**/*.test.{ts,tsx}",
      "packages/create-freehold/template/**/*.test.{ts,tsx}",
      "examples/**/*.test.{ts,tsx}",
      "{conformance,bench,scripts}/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.freehold/**"],
    // Processes, not threads: suites start workerd and Chromium and load native modules.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
