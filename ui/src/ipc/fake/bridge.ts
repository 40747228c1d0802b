// The stand-in for what the shell tells the window of one app. "?app=<address>&share=all" opens an app of tests/apps/server.mjs and answers
// it as the harness there does; "&question=1" pauses it.
import { play } from "../../../../tests/apps/harness/host.js";
import type { BridgeCommands, FrameEffect, FrameInfo, FrameQuestion, TraceRow } from "../types";
import { grantRows, stopGrants } from "./sharing";
import type { World } from "./world";

const MENU: FrameQuestion = { kind: "options", number: 1, items: ["Export", "", "Preferences"] };

/** What "?asks=" shows. */
const QUESTIONS: Record<string, FrameQuestion> = {
  options: MENU,
  confirm: { kind: "confirm", number: 2, text: "Delete the draft of this week?", buttons: ["Delete", "Keep"] },
  share: { kind: "exit", number: 3, way: "share", target: "Rent Letter", shown: '{\n  "weeks": 24,\n  "total": 17710.82\n}', cut: false, bytes: 38, leaves: true, mayStand: true },
  link: { kind: "exit", number: 4, way: "link", target: "https://hourly.example", shown: "https://hourly.example/help?from=app", cut: false, bytes: 36, leaves: true, mayStand: false },
  clipboard: { kind: "exit", number: 5, way: "clipboard", target: "", shown: "24 weeks, €17,710.82", cut: false, bytes: 22, leaves: false, mayStand: true },
};

const row = (number: number, toApp: boolean, kind: string, bytes: number | null, result: string, count = 1): TraceRow => ({ number, at: `2026-11-22T09:20:0${number}+01:00`, toApp, profile: kind === "" ? "" : "P2–P4", kind, bytes, count, result, dropped: result.startsWith("Dropped") });
const TRACE: TraceRow[] = [
  row(1, false, "verify", 412, "Answered"),
  row(2, true, "verify", 2_104, "Sent"),
  row(3, true, "resize", 74, "Sent"),
  row(4, false, "share", 388, "You are asked"),
  row(5, false, "", null, "Dropped: from another window or origin", 3),
];

export function bridgeCommands(world: World): BridgeCommands {
  const query = new URLSearchParams(globalThis.location?.search ?? "");
  const app = query.get("app");
  const theme = query.get("theme") === "dark" ? "dark" : world.settings.theme;
  return {
    frameInfo: async () => {
      const asks = QUESTIONS[query.get("asks") ?? ""];
      if (asks) setTimeout(() => world.emit("frameAsks", { question: asks }), 300);
      if (query.has("inspect")) setTimeout(() => world.emit("frameInspect", null), 300);
      if (query.has("question")) setTimeout(() => world.emit("framePaused", { paused: true, words: "Hourly has 1 question", quiet: 0 }), 1500);
      const hourly: FrameInfo = {
        name: "Hourly",
        maker: "Fair Hours Collective",
        host: "hourly.example",
        origin: "https://hourly.example",
        monogram: { letters: "Ho", tint: 2 },
        icon: { picture: null, symbol: "fa-clock far" },
        identityWords: "Same address since 3 September 2026",
        network: "on the internet: hourly.example, and whatever it loads",
        sees: grantRows(world).filter((grant) => grant.party === "Hourly" && grant.state === "live").map((grant) => ({ grant: grant.id, words: grant.words })),
        frameUrl: "https://hourly.example/?openplatform=none",
        theme,
        stitch: [12, 7, 12, 7, 4, 7],
        packaged: false,
        canErase: true,
        version: "1.4.0",
        contact: "privacy@hourly.example",
        developer: query.has("developer"),
      };
      return app === null ? hourly : { ...hourly, ...packaged(new URL(app)) };
    },
    frameMessage: async (data) => effects(JSON.parse(data), { share: query.get("share") ?? "all", dark: query.get("theme") === "dark", madeUp: query.has("madeup") }),
    frameClose: async () => undefined,
    frameStopSharing: async () => {
      stopGrants(world, (grant) => grant.party === "Hourly");
      world.emit("frameChanged", null);
    },
    frameReceived: async () => undefined,
    frameAskErase: async () => undefined,
    frameQuestions: async () => undefined,
    frameAnswer: async () => [],
    frameReload: async () => (app === null ? "https://hourly.example/?openplatform=again" : packaged(new URL(app)).frameUrl) ?? "",
    frameWish: async (wish) => (wish === "options" ? [{ kind: "ask", question: MENU }] : []),
    frameNotices: async () => [
      { id: "notice-2", text: "Your week is ready.", at: "2026-11-22T09:04:00+01:00", warns: false },
      { id: "notice-1", text: "Two gigs have no distance.", at: "2026-11-21T18:40:00+01:00", warns: true },
    ],
    frameFollow: async () => undefined,
    frameTrace: async (after) => TRACE.filter((row) => row.number > after),
    frameTraceText: async (number) => `{"openplatform":true,"accesstoken":"(token)","type":"${TRACE[number - 1]?.kind ?? ""}"}`,
    frameDropped: async () => undefined,
  };
}

function packaged(app: URL): Partial<FrameInfo> {
  app.searchParams.set("openplatform", "http://127.0.0.1:1/verify/?accesstoken=harness-token");
  return { name: "My Backpack", maker: "Satchel project", host: app.host, origin: app.origin, monogram: { letters: "MB", tint: 1 }, identityWords: "Part of Satchel", network: "no internet", frameUrl: app.href, packaged: true, canErase: false };
}

function effects(message: { type: string; body: { show?: boolean; text?: string } | null }, options: Parameters<typeof play>[1]): FrameEffect[] {
  if (message.type === "loading") return [{ kind: "loading", show: message.body?.show === true, text: message.body?.text ?? "" }];
  if (message.type === "kill") return [{ kind: "close" }];
  const reply = play(message, options);
  return reply === null ? [] : [{ kind: "post", json: JSON.stringify(reply) }];
}
