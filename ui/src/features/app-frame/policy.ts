// The address and the policy of the one frame that this window may have.

/** What the frame may do. `allow-same-origin` is its own origin, which is never this page's. Taking the top window elsewhere is not in it. */
export const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads";

const ORIGIN = /^https?:\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/;

/** Whether an address belongs to an origin of the web that a policy can name. This page's own origin is never one. */
export function belongs(address: string, origin: string, own: string = location.origin): boolean {
  if (!ORIGIN.test(origin) || origin === own) return false;
  try {
    return new URL(address).origin === origin;
  } catch {
    return false;
  }
}

/** Allows frames of this origin and of no other from here on. Policies add up, so it also holds the frame on its own origin. */
export function allowFramesOf(origin: string, page: Document = document): void {
  if (!ORIGIN.test(origin)) throw new TypeError("not an origin");
  const meta = page.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `frame-src ${origin}`;
  page.head.append(meta);
}
