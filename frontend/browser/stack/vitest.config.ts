import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["stack/**/*.test.ts"], testTimeout: 240_000, hookTimeout: 90_000 } });
