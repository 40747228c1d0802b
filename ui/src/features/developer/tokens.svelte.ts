// Trying out tokens: one for nobody real, and what a pasted one says. Neither is kept anywhere but on the page.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { TokenReport } from "../../ipc/types";
import { complaint } from "./developer.svelte";

type Needs = Pick<Api, "tokenMint" | "tokenLook">;

export class Tokens {
  service = $state("made-up");
  minted: { token: string; until: string } | null = $state.raw(null);
  text = $state("");
  report: TokenReport | null = $state.raw(null);
  wrong: { part: "mint" | "look"; text: string } | null = $state.raw(null);
  busy: "mint" | "look" | null = $state(null);
  readonly #api: Needs;

  constructor(api: Needs = real) {
    this.#api = api;
  }

  async mint(): Promise<void> {
    await this.#act("mint", async () => {
      this.minted = null;
      this.minted = await this.#api.tokenMint(this.service.trim());
    });
  }

  async look(): Promise<void> {
    if (this.text.trim() === "") return;
    await this.#act("look", async () => {
      this.report = null;
      this.report = await this.#api.tokenLook(this.text);
    });
  }

  /** Nothing that fails is left. */
  get good(): boolean {
    return this.report?.checks.every((line) => line.verdict === "holds") === true;
  }

  /** Takes the token and what was read of it off the page. */
  clear(): void {
    this.text = "";
    this.report = null;
    this.wrong = null;
  }

  async #act(part: "mint" | "look", act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = part;
    this.wrong = null;
    try {
      await act();
    } catch (error) {
      this.wrong = { part, text: complaint(asAppError(error)) };
    } finally {
      this.busy = null;
    }
  }
}
