import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 240_000,
    hookTimeout: 330_000,
    // Two cores, three JVMs' worth of services and a browser: one thing at a time.
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
