// The three pages as they are shipped: strict policies, nothing inline, nothing made up.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const out = mkdtempSync(join(tmpdir(), "satchel-pages-"));
const PAGES = ["index.html", "consent.html", "app.html"];

beforeAll(() => {
  const root = process.cwd();
  const { PATH, HOME } = process.env;
  execFileSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error", "--outDir", out, "--emptyOutDir"], { cwd: root, env: { PATH, HOME }, stdio: "inherit" });
}, 120_000);
afterAll(() => rmSync(out, { recursive: true }));

const read = (name: string) => readFileSync(join(out, name), "utf8");
const assets = (end: string) => readdirSync(join(out, "assets")).filter((name) => name.endsWith(end));

describe("the built pages", () => {
  it.each(PAGES)("%s has no inline script or style", (name) => {
    const page = new DOMParser().parseFromString(read(name), "text/html");
    for (const script of page.querySelectorAll("script")) {
      expect(script.getAttribute("src")).toMatch(/^\//);
      expect(script.textContent?.trim()).toBe("");
    }
    expect(page.querySelectorAll("style, [style]")).toHaveLength(0);
    const handlers = [...page.querySelectorAll("*")].flatMap((element) => element.getAttributeNames().filter((attribute) => attribute.startsWith("on")));
    expect(handlers).toEqual([]);
  });

  it.each(PAGES)("%s allows scripts and styles only from itself", (name) => {
    expect(policies(name)).toContainEqual(expect.stringContaining("script-src 'self'; style-src 'self'"));
    expect(policies(name).join()).not.toMatch(/unsafe|\*/);
  });

  it("allow no frame, but for the page of an app, which names its one origin itself", () => {
    expect(policies("index.html")).toContain("frame-src 'none'");
    expect(policies("consent.html")).toContain("frame-src 'none'");
    expect(policies("app.html")).toEqual([expect.stringMatching(/frame-src http: https:$/)]);
  });

  it("set the theme before anything is drawn", () => {
    for (const name of PAGES) expect(read(name).indexOf("/theme.js")).toBeLessThan(read(name).indexOf('rel="stylesheet"'));
  });

  it("build no element with a style attribute, and evaluate no text", () => {
    for (const name of assets(".js")) {
      const code = read(join("assets", name));
      expect(code, name).not.toMatch(/<[a-z][^>]*\sstyle="/);
      expect(code, name).not.toMatch(/\beval\(|new Function\(/);
    }
  });

  it("load nothing from elsewhere", () => {
    for (const name of assets(".css")) expect(read(join("assets", name)), name).not.toMatch(/url\(["']?(https?:)?\/\//);
    expect(assets(".woff2").length).toBeGreaterThan(2);
  });

  it("hold no made-up data", () => {
    for (const name of assets(".js")) expect(read(join("assets", name)), name).not.toMatch(/otter-carries|Llibreria Ona|Fair Hours/);
  });

  function policies(name: string): string[] {
    const page = new DOMParser().parseFromString(read(name), "text/html");
    return [...page.querySelectorAll('meta[http-equiv="Content-Security-Policy"]')].map((meta) => meta.getAttribute("content") ?? "");
  }
});

describe("the sources", () => {
  it("import @tauri-apps only in the client, apart from the generated bindings", () => {
    const root = join(process.cwd(), "src");
    const importers = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("/ipc/bindings") && /\.(ts|svelte)$/.test(entry.name) && /["']@tauri-apps\//.test(readFileSync(join(entry.parentPath, entry.name), "utf8")))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    expect(importers).toEqual(["ipc/client.ts"]);
  });
});
