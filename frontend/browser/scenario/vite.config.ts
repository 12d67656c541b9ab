import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  resolve: { alias: { "@holdfast/client": fileURLToPath(new URL("../../client/src/index.ts", import.meta.url)) } },
  build: { target: "es2022" },
});
