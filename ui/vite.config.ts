// Builds the three pages of the three kinds of window. Everything is emitted to files: no inline script, no inline style.
/// <reference types="vitest/config" />
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { readFileSync } from "node:fs";
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

/** The free symbols by name, read from the package at build time: code point and styles; older names lead to what they are called now. */
const symbols: Plugin = {
  name: "symbols",
  resolveId: (id) => (id === "virtual:symbols" ? "\0symbols" : null),
  load: (id) => (id === "\0symbols" ? `export default ${JSON.stringify(freeSymbols())}` : null),
};

function freeSymbols(): Record<string, string> {
  const entries = (file: string) =>
    readFileSync(here(`node_modules/@fortawesome/fontawesome-free/metadata/${file}.yml`), "utf8")
      .split(/^(?=\S)/m)
      .map((text) => ({ name: /^'?([^':]+)'?:/.exec(text)?.[1] ?? "", text }));
  const found: Record<string, string> = {};
  for (const { name, text } of entries("icons")) {
    const code = /^ {2}unicode: '?([0-9a-f]+)'?$/m.exec(text)?.[1];
    const styles = ["solid", "regular", "brands"].filter((style) => text.includes(`\n    - ${style}\n`));
    if (name !== "" && code !== undefined) found[name] = `${code.padStart(4, "0")}:${styles.map((style) => style[0]).join("")}`;
  }
  for (const { name, text } of entries("shims")) {
    const now = found[/^ {2}name: (\S+)$/m.exec(text)?.[1] ?? ""];
    const prefix = /^ {2}prefix: fa(\S)$/m.exec(text)?.[1];
    if (now === undefined || name in found) continue;
    const [code = "", styles = ""] = now.split(":");
    found[name] = `${code}:${prefix !== undefined && styles.includes(prefix) ? prefix : styles}`;
  }
  return found;
}

export default defineConfig({
  plugins: [svelte({ preprocess: vitePreprocess(), compilerOptions: { css: "external" } }), symbols, strictPolicy],
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
    // A whole page takes seconds to draw on a busy machine.
    testTimeout: 30_000,
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
  },
});
