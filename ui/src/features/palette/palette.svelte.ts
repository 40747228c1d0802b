// Search or jump to: asks the core, moves through the answers, and does the chosen one.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, JumpItem } from "../../ipc/types";

export type GroupName = JumpItem["group"];
export const GROUPS: readonly GroupName[] = ["do", "goTo", "records", "left"];

/** Parts of a title, the found ones marked. */
export interface Part {
  text: string;
  found: boolean;
}

export class Palette {
  query = $state("");
  items: JumpItem[] = $state.raw([]);
  at = $state(0);
  error: AppError | null = $state.raw(null);

  readonly groups = $derived(GROUPS.map((name) => ({ name, items: this.items.filter((item) => item.group === name) })).filter((group) => group.items.length > 0));
  /** In the order in which they are shown. */
  readonly shown = $derived(this.groups.flatMap((group) => group.items));
  readonly chosen = $derived(this.shown[this.at]);

  #api: Api;
  #asked = 0;

  constructor(api: Api = real) {
    this.#api = api;
  }

  /** Asks for what is typed; an answer that comes after a newer question is dropped. */
  async ask(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const items = await this.#api.jump(this.query);
      if (asked !== this.#asked) return;
      this.error = null;
      this.items = items;
      this.at = 0;
    } catch (error) {
      if (asked === this.#asked) this.error = asAppError(error);
    }
  }

  move(step: number): void {
    const count = this.shown.length;
    if (count > 0) this.at = (this.at + step + count) % count;
  }

  /** The number of an item among those shown. */
  indexOf(item: JumpItem): number {
    return this.shown.indexOf(item);
  }
}

/** Cuts a title where the query was found, without regard to case and accents. */
export function marked(title: string, query: string): Part[] {
  const wanted = fold(query.trim());
  const at = wanted === "" ? -1 : fold(title).indexOf(wanted);
  if (at < 0 || fold(title).length !== title.length) return [{ text: title, found: false }];
  return [
    { text: title.slice(0, at), found: false },
    { text: title.slice(at, at + wanted.length), found: true },
    { text: title.slice(at + wanted.length), found: false },
  ].filter((part) => part.text !== "");
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
