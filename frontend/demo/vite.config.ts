import { fileURLToPath } from "node:url";
import { defineConfig, loadEnv, type Plugin } from "vite";

export default defineConfig(({ mode, command }) => {
  const url = loadEnv(mode, fileURLToPath(new URL(".", import.meta.url)))["VITE_WS_URL"] ?? "";
  const isNeeded = command === "build" || url !== "";
  if (isNeeded && !/^wss?:\/\/[^/;\s]+$/.test(url)) {
    throw new Error(`VITE_WS_URL: "${url}" (expected: the gateway's address without a path, like wss://gateway.example)`);
  }
  return {
    resolve: {
      alias: { "@holdfast/client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)) },
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    // The oldest browsers of ../client/README.md
    build: { target: ["safari16", "chrome103", "firefox100"] },
    server: { strictPort: true },
    plugins: [contentSecurityPolicy(url)],
  };
});

/** A built page loads nothing but itself, and talks to nobody but its gateway. */
function contentSecurityPolicy(url: string): Plugin {
  const policy = [
    "default-src 'self'",
    `connect-src ${url} ${url.replace(/^ws/, "http")}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
    ],
  };
}
