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
    // For a machine that is some times slower than usual: limits end what hangs, they measure nothing.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ["scripts/testing/patience.ts", "scripts/testing/leftovers.ts"],
  },
});
