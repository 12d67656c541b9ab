import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["measure/**/*.test.ts"], testTimeout: 600_000 } });
