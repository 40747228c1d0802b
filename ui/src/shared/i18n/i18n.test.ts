// The words: every key that is used exists, every message can be formatted, and the rules for words hold.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { keys, t } from ".";

const SOURCE = join(__dirname, "../..");

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.(svelte|ts)$/.test(path) && !/\.test\.ts$/.test(path) && !path.includes("/i18n/") ? [path] : [];
  });
}

const all = new Set(keys());

describe("the words", () => {
  it("exist for every key that a page names", () => {
    const missing = files(SOURCE).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1] ?? "").filter((key) => !all.has(key)).map((key) => `${path.slice(SOURCE.length)}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it("are one message each, in well-formed ICU", () => {
    const broken = [...all].filter((key) => {
      try {
        parse(raw(key), { ignoreTag: true });
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
  });

  it("follow the rules: curly apostrophes, no exclamation, no pleading", () => {
    const against = [...all].filter((key) => /\w'\w|!|\bplease\b|\boops\b|successful|are you sure|third part/i.test(raw(key)));
    expect(against).toEqual([]);
  });

  it("choose the plural", () => {
    expect(t("nav.records", { n: 1 })).toBe("1 record");
    expect(t("nav.records", { n: 4212 })).toBe("4,212 records");
    expect(t("settings.after", { n: 60 })).toBe("after 1 hour");
  });

  it("show an unknown key as it is", () => {
    expect(t("no.such.key")).toBe("no.such.key");
  });
});

const texts = Object.assign({}, ...Object.values(import.meta.glob<{ default: Record<string, string> }>("./en/*.ts", { eager: true })).map((file) => file.default)) as Record<string, string>;

function raw(key: string): string {
  return texts[key] ?? "";
}
