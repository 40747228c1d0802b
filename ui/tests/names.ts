// Looks for promised accessible names in a rendered page.
import { queryAllByLabelText, queryAllByRole, type ByRoleMatcher } from "@testing-library/dom";

/** Of names such as `button "Unlock"`, those that the page does not have exactly once. */
export function missing(names: string[], root: HTMLElement = document.body): string[] {
  return names.flatMap((promised) => {
    const [, role = "", name = ""] = /^(\w+) "(.+)"$/.exec(promised) ?? [];
    const found = count(root, role, name);
    return found === 1 ? [] : [`${promised} (${found})`];
  });
}

function count(root: HTMLElement, role: string, name: string): number {
  const byRole = queryAllByRole(root, (role === "image" ? "img" : role) as ByRoleMatcher, { name: (computed) => computed.replace(/\s+/g, " ").trim() === name });
  if (role !== "textbox") return byRole.length;
  // A password field has no role in the specification, but engines give it to assistive technology as a text box.
  const passwords = queryAllByLabelText(root, name, { selector: 'input[type="password"]' });
  return byRole.length + passwords.length;
}

/** Controls without a name, and controls of one role that share a name. */
export function unclear(root: HTMLElement = document.body): string[] {
  const seen = new Map<string, number>();
  for (const role of ["button", "link", "textbox", "checkbox", "switch", "radio", "tab"] as const) {
    queryAllByRole(root, role, {
      name: (computed) => {
        const key = `${role} "${computed.replace(/\s+/g, " ").trim()}"`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        return false;
      },
    });
  }
  return [...seen].filter(([key, times]) => times > 1 || key.endsWith('""')).map(([key]) => key);
}
