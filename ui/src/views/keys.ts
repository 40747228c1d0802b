// The keys of the main window. Single letters are off while typing and can be switched off.
import { features } from "../features/registry";
import { act } from "../shared/page.svelte";
import { router } from "../shared/router.svelte";
import { toasts } from "../shared/toasts.svelte";

export interface KeyHost {
  jump: () => void;
  list: () => void;
  stopAll: () => void;
  singleKeys: () => boolean;
  /** An overlay is open: it has the keys. */
  open: () => boolean;
}

const AFTER_G = 1_200;

export class Keys {
  #host: KeyHost;
  #gAt = 0;

  constructor(host: KeyHost) {
    this.#host = host;
  }

  start(): () => void {
    const hear = (event: KeyboardEvent) => {
      if (this.handle(event)) event.preventDefault();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }

  /** Does what a key means; returns whether it meant something. */
  handle(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (this.#host.open() || document.querySelector("dialog[open]")) return false;
    if (event.key === "F6") return moveRegion(event.shiftKey ? -1 : 1);
    if (control && event.shiftKey) return event.key === "." || event.key === ">" || event.code === "Period" ? this.#do(this.#host.stopAll) : false;
    if (control) return this.#withControl(event);
    if (event.altKey && event.key === "Enter") return act("source")?.() ?? false;
    if (event.key === "Escape") return act("escape")?.() ?? false;
    if (event.altKey || typing(event.target) || !this.#host.singleKeys()) return false;
    return this.#single(event.key);
  }

  #withControl(event: KeyboardEvent): boolean {
    switch (event.key.toLowerCase()) {
      case "k":
        return this.#do(this.#host.jump);
      case "f":
        return this.#offered("search");
      case "e":
        return this.#offered("save");
      case "n":
        return this.#to("connections", "/connections/add");
      case "z":
        return !typing(event.target) && toasts.undoLast();
      default:
        return false;
    }
  }

  #single(key: string): boolean {
    const now = Date.now();
    if (now - this.#gAt < AFTER_G) {
      this.#gAt = 0;
      const page = features.find((feature) => feature.key === key.toLowerCase());
      if (page !== undefined) return this.#do(() => router.go(`/${page.name}`));
    }
    if (key === "g") {
      this.#gAt = now;
      return true;
    }
    if (key === "/") return this.#offered("search");
    if (key === "?") return this.#do(this.#host.list);
    return false;
  }

  #offered(name: "search" | "save"): boolean {
    const run = act(name);
    run?.();
    return run !== undefined;
  }

  #to(feature: string, route: string): boolean {
    const there = features.some((one) => one.name === feature);
    if (there) router.go(route);
    return there;
  }

  #do(run: () => void): boolean {
    run();
    return true;
  }
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type ?? "");
}

/** F6: the next of sidebar, page, inspector. */
function moveRegion(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('nav[aria-label], main, aside, [role="complementary"]')].filter((region) => region.closest("[inert]") === null);
  if (regions.length === 0) return false;
  const inside = regions.filter((region) => region.contains(document.activeElement));
  const innermost = inside[inside.length - 1];
  const at = innermost === undefined ? -1 : regions.indexOf(innermost);
  const next = regions[(at + step + regions.length) % regions.length];
  if (next === undefined) return false;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
  return true;
}
