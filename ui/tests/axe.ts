// Asks axe-core what assistive technology would stumble over.
import axe from "axe-core";

/** What is wrong on the page and serious or critical, with the places. Colours are measured in the real window: here nothing is painted. */
export async function serious(root: Element | Document = document): Promise<string[]> {
  const { violations } = await axe.run(root, { resultTypes: ["violations"], rules: { "color-contrast": { enabled: false } } });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(" ")} ${html.slice(0, 160)}`));
}
