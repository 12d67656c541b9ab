// Prints what the client adds to a page, and fails if that is more than promised.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const MAX_GZIP_BYTES = 5_800;

const { outputFiles } = await build({
  entryPoints: ["src/index.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  write: false,
});
const [bundle] = outputFiles;
const gzip = gzipSync(bundle.contents, { level: 9 }).length;
console.log(`client: ${bundle.contents.length} bytes minified, ${gzip} bytes gzip (allowed: ${MAX_GZIP_BYTES})`);
process.exitCode = gzip > MAX_GZIP_BYTES ? 1 : 0;
