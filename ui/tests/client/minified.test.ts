// @vitest-environment node
// The minified client is made from its source; `npx vitest run tests/client --update` writes it again after a change.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { transformWithEsbuild } from "vite";
import { expect, it } from "vitest";

const CLIENT = resolve(import.meta.dirname, "../../../assets/client");

it("openplatform.min.js is the source, minified, at most 8 kB, and needs nothing else", async () => {
  const source = readFileSync(resolve(CLIENT, "openplatform.js"), "utf8");
  const { code } = await transformWithEsbuild(source, "openplatform.js", { minify: true, target: "es2017", legalComments: "inline", sourcemap: false });
  await expect(code).toMatchFileSnapshot(resolve(CLIENT, "openplatform.min.js"));
  expect(code.length).toBeLessThanOrEqual(8000);
  expect(code).not.toMatch(/\b(import|require|eval)\b|https?:/);
});
