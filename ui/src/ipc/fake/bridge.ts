// The stand-in for what the shell tells the window of one app. "?app=<address>&share=all" opens an app of tests/apps/server.mjs and answers
// it as the harness there does; "&question=1" pauses it.
import { play } from "../../../../tests/apps/harness/host.js";
import type { BridgeCommands, FrameEffect, FrameInfo } from "../types";
import { grantRows, stopGrants } from "./sharing";
import type { World } from "./world";

export function bridgeCommands(world: World): BridgeCommands {
  const query = new URLSearchParams(globalThis.location?.search ?? "");
  const app = query.get("app");
  const theme = query.get("theme") === "dark" ? "dark" : world.settings.theme;
  return {
    frameInfo: async () => {
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
