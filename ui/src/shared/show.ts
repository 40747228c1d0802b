// How each window begins.
import { mount, type Component } from "svelte";
import { listening } from "../ipc/client";

/** Shows the page of this window. One that cannot hear of changes still shows what it asks for. */
export async function show(page: Component): Promise<void> {
  await listening().catch(() => undefined);
  mount(page, { target: document.getElementById("page") ?? document.body });
}
