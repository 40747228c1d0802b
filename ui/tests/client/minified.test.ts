// @vitest-environment node
// The minified clients are made from their sources; `npx vitest run tests/client --update` writes them again after a change.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { transformWithEsbuild } from "vite";
import { expect, it } from "vitest";

const CLIENT = resolve(import.meta.dirname, "../../../assets/client");

it.each([
  ["openplatform", 8000, 4100],
  ["iframe", 3500, 1700],
])("%s.min.js is its source, minified, at most %i bytes and %i gzipped, and needs nothing else", async (name, bytes, packed) => {
  const source = readFileSync(resolve(CLIENT, `${name}.js`), "utf8");
  const { code } = await transformWithEsbuild(source, `${name}.js`, { minify: true, target: "es2020", legalComments: "inline", sourcemap: false });
  await expect(code).toMatchFileSnapshot(resolve(CLIENT, `${name}.min.js`));
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(bytes);
  expect(gzipSync(code).length).toBeLessThanOrEqual(packed);
  expect(code).not.toMatch(/\b(import|require|eval)\b|https?:/);
});
