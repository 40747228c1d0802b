// The stand-in for what the shell tells the window of one app.
import type { BridgeCommands } from "../types";
import { grantRows, stopGrants } from "./sharing";
import type { World } from "./world";

export function bridgeCommands(world: World): BridgeCommands {
  return {
    frameInfo: async () => ({
      name: "Hourly",
      maker: "Fair Hours Collective",
      host: "hourly.example",
      origin: "https://hourly.example",
      monogram: { letters: "Ho", tint: 2 },
      identityWords: "Same address since 3 September 2026",
      network: "on the internet: hourly.example, and whatever it loads",
      sees: grantRows(world).filter((grant) => grant.party === "Hourly" && grant.state === "live").map((grant) => ({ grant: grant.id, words: grant.words })),
      frameUrl: "about:blank",
      theme: world.settings.theme,
      stitch: [12, 7, 12, 7, 4, 7],
      packaged: false,
    }),
    frameMessage: async () => [],
    frameClose: async () => undefined,
    frameStopSharing: async () => {
      stopGrants(world, (grant) => grant.party === "Hourly");
      world.emit("frameChanged", null);
    },
    frameReceived: async () => undefined,
  };
}
