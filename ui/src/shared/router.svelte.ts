// Where the person is: the part after "#" of the address, with filters in its query, so that Back works and a view can be kept.

export interface Route {
  /** "/work/abc" */
  path: string;
  /** ["work", "abc"] */
  parts: string[];
  query: URLSearchParams;
}

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter((part) => part !== "").map(decodeURIComponent);
  return { path: `/${parts.map(encodeURIComponent).join("/")}`, parts, query: new URLSearchParams(query) };
}

class Router {
  route: Route = $state.raw(parse(globalThis.location?.hash ?? ""));

  constructor() {
    globalThis.addEventListener?.("hashchange", () => {
      this.route = parse(location.hash);
    });
  }

  /** Goes to a route such as "/work/abc?text=rain". */
  go(to: string, how: "push" | "replace" = "push"): void {
    const hash = `#${to}`;
    if (how === "replace") history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    this.route = parse(hash);
  }

  /** Changes only the query of this page; empty and null values are left out. */
  setQuery(values: Record<string, string | null | undefined>): void {
    const query = new URLSearchParams(this.route.query);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined || value === "") query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    this.go(this.route.path + (text === "" ? "" : `?${text}`), "replace");
  }

  back(): void {
    history.back();
  }
}

export const router = new Router();

/** The address for a link. */
export function href(to: string): string {
  return `#${to}`;
}
