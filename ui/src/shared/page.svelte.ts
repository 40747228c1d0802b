// What the keys of the main window do on the page that is shown: a page offers its acts while it is there.

export interface PageActs {
  /** "/" and Ctrl F: where typing searches this page. */
  search?: () => void;
  /** Ctrl E: saves the list of this page as a file. */
  save?: () => void;
  /** Alt Enter: where the open thing came from. Returns whether there is one. */
  source?: () => boolean;
  /** Escape, after overlays: closes the inspector, then clears the search. Returns whether it did something. */
  escape?: () => boolean;
}

const stack: PageActs[] = [];

/** Offers acts until the returned function is called; made for `onMount(() => offer({…}))`. */
export function offer(acts: PageActs): () => void {
  stack.push(acts);
  return () => {
    const at = stack.indexOf(acts);
    if (at >= 0) stack.splice(at, 1);
  };
}

/** The latest offer of an act. */
export function act<K extends keyof PageActs>(name: K): PageActs[K] {
  for (let at = stack.length - 1; at >= 0; at -= 1) {
    const found = stack[at]?.[name];
    if (found !== undefined) return found;
  }
  return undefined;
}
