// Builds the three pages of the three kinds of window. Everything is emitted to files: no inline script, no inline style.
/// <reference types="vitest/config" />
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const STRICT =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ipc: http://ipc.localhost; object-src 'none'; base-uri 'none'; form-action 'none'";

/** Built pages carry the shell's own policy too, so that a slip shows in any browser. Vite's development server needs inline styles. */
const strictPolicy: Plugin = {
  name: "strict-policy",
  apply: "build",
  // The window of an app narrows this to the app's one origin before it makes the frame; policies only ever add up.
  transformIndexHtml: (_html, { path }) => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: path.endsWith("/app.html") ? `${STRICT}; frame-src http: https:` : STRICT }, injectTo: "head-prepend" },
  ],
};

export default defineConfig({
  plugins: [svelte({ preprocess: vitePreprocess(), compilerOptions: { css: "external" } }), strictPolicy],
  resolve: {
    alias: { $assets: here("../assets") },
    ...(process.env.VITEST ? { conditions: ["browser"] } : {}),
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, fs: { allow: [here(".."), here(".")] } },
  build: {
    target: ["safari17.4", "chrome120"],
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: here("index.html"), consent: here("consent.html"), app: here("app.html") },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./tests/setup.ts"],
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
  },
});
