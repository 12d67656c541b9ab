import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], setupFiles: ["test/floor.ts"], testTimeout: 60_000, hookTimeout: 10_000 },
});
