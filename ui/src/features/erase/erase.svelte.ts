// Asking somebody to erase what they have: one letter is open at a time, over whatever page it was asked from.
import type { Api } from "../../ipc/client";
import type { EraseLetter, EraseOf, EraseWay } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

class Erasing {
  /** Who is being asked. */
  of: EraseOf | null = $state.raw(null);

  ask(of: EraseOf): void {
    this.of = of;
  }

  close(): void {
    this.of = null;
  }
}

export const erasing = new Erasing();

type Needs = Pick<Api, "eraseLetter" | "erasePrint" | "eraseAsk">;

export class LetterPage {
  readonly letter = new Load<EraseLetter>();
  readonly act = new Act();
  readonly #api: Needs;
  readonly #of: EraseOf;
  readonly #copy: (text: string) => Promise<boolean>;

  constructor(api: Needs, of: EraseOf, copy: (text: string) => Promise<boolean>) {
    this.#api = api;
    this.#of = of;
    this.#copy = copy;
  }

  async read(): Promise<void> {
    await this.letter.run(() => this.#api.eraseLetter(this.#of));
  }

  /** Takes the letter the chosen way; only then it stands in the log. Returns whether it does. */
  async take(how: "copy" | "print" | "mail" | "link"): Promise<boolean> {
    const letter = this.letter.value;
    if (letter === null) return false;
    let taken = true;
    const done = await this.act.run(async () => {
      if (how === "print") await this.#api.erasePrint();
      // A page has a form to paste into.
      else if (how !== "mail") taken = await this.#copy(letter.text);
      if (taken) await this.#api.eraseAsk(this.#of, WAYS[how]);
    });
    return done && taken;
  }
}

const WAYS: Record<"copy" | "print" | "mail" | "link", EraseWay> = { copy: "letter", print: "letter", mail: "mail", link: "link" };
