// Sets CSS custom properties through the object model: the content policy forbids style attributes.

/** `<i use:vars={{ "--done": "40%" }}>` */
export function vars(element: HTMLElement | SVGElement, values: Record<string, string>) {
  const set = (all: Record<string, string>) => {
    for (const [name, value] of Object.entries(all)) element.style.setProperty(name, value);
  };
  set(values);
  return { update: set };
}
