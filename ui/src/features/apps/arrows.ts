// Arrow keys go from app to app; Enter does what the button under the focus says.

/** Up, Down, Home and End move the focus to the same button of another row; a row without it lends its last. */
export function arrows(list: HTMLElement): { destroy: () => void } {
  const move = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest<HTMLElement>("[data-row]");
    if (row === null) return;
    const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = to === undefined ? undefined : rows[to];
    if (next === undefined) return;
    event.preventDefault();
    const buttons = [...next.querySelectorAll<HTMLElement>("button, a[href]")];
    const role = event.target.closest<HTMLElement>("[data-act]")?.dataset.act;
    const same = buttons.find((button) => button.closest<HTMLElement>("[data-act]")?.dataset.act === role);
    (same ?? buttons.at(-1))?.focus();
  };
  list.addEventListener("keydown", move);
  return { destroy: () => list.removeEventListener("keydown", move) };
}
