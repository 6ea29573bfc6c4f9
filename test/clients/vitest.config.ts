// The tests with the real clients: not among those of `npm test`, because they need 186 MB from the registry and a network
// namespace. `scripts/test-clients.mjs` gives them both.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "clients",
    include: ["test/clients/**/*.test.ts"],
    // Every file has the stand-in API on port 443; within a file the clients run side by side, and mostly wait.
    fileParallelism: false,
    maxConcurrency: 6,
    testTimeout: 90_000,
    hookTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: process.env["TEST_REPORT"] ?? "test-results/report-clients.json" }]],
  },
});
