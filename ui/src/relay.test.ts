// The page that people host as a relay: what it does in a browser, and what its policy lets run.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const PAGE = readFileSync(join(process.cwd(), "../assets/relay/index.html"), "utf8");
const SCRIPT = /<script>([^]*?)<\/script>/.exec(PAGE)?.[1] ?? "";

/** Runs the script of the page at an address with this query; says where the browser was sent, what the address bar shows, and the words. */
function at(query: string) {
  const went: string[] = [];
  const shown: unknown[] = [];
  const words = { textContent: "" };
  const run = new Function("location", "history", "document", SCRIPT);
  run(
    { search: query, pathname: "/back/", replace: (to: string) => went.push(to) },
    { replaceState: (_state: unknown, _title: string, to: string) => shown.push(to) },
    { getElementById: () => words },
  );
  return { went, shown, words: words.textContent };
}

describe("the relay", () => {
  it("sends code and state on to this computer, and takes them out of the address bar", () => {
    const { went, shown } = at("?code=a%26b%3Dc&state=s-1&session_state=x&iss=https://platform.example");
    expect(went).toEqual(["http://127.0.0.1:49021/oauth/redirect?code=a%26b%3Dc&state=s-1"]);
    expect(shown).toEqual(["/back/"]);
  });

  it("sends a refusal on, and what was granted", () => {
    expect(at("?error=access_denied&state=s").went).toEqual(["http://127.0.0.1:49021/oauth/redirect?state=s&error=access_denied"]);
    expect(at("?state=s&code=c&scope=read,activity:read").went[0]).toContain("scope=read%2Cactivity%3Aread");
  });

  it("goes nowhere without a state", () => {
    expect(at("")).toEqual({ went: [], shown: ["/back/"], words: "Nobody is signing in. You can close this page." });
    expect(at("?code=c&target=https://evil.example").went).toEqual([]);
  });

  it("lets its one script run and nothing else", () => {
    const digest = createHash("sha256").update(SCRIPT).digest("base64");
    expect(PAGE).toContain(`content="default-src 'none'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`);
    expect(PAGE.match(/<script/g)).toHaveLength(1);
    expect(PAGE).toContain('<meta name="referrer" content="no-referrer">');
    expect(PAGE).not.toMatch(/https:\/\/|\ssrc=|<link|<img|<iframe|<style|\son\w+=/);
  });
});
