// The main window in a test, at a page, with the stand-in behind it.
import { mount } from "svelte";
import { expect, vi } from "vitest";
import { shared as fake } from "../src/ipc/fake";
import { World, type Start } from "../src/ipc/fake/world";
import { router } from "../src/shared/router.svelte";
import { session } from "../src/shared/session.svelte";
import Main from "../src/views/Main.svelte";
import { missing } from "./names";

/** Opens a page and waits for what is promised on it. What comes back is to be unmounted. */
export async function openMain(start: Partial<Start>, route: string, ready: string): Promise<Record<string, unknown>> {
  // The stand-in of a test file is one object: it is set back to its beginning.
  const { state, cause, keyring, damaged, empty, hasRecovery, settings, spaces, grants, persona, passphrase, name, failedAttempts, practice } = new World(start);
  Object.assign(fake.world, { state, cause, keyring, damaged, empty, hasRecovery, settings, spaces, grants, persona, passphrase, name, failedAttempts, practice, kit: null, notes: new Map() });
  session.status = null;
  session.kit = null;
  router.go(route);
  const page = mount(Main, { target: document.body });
  await shows(ready);
  return page;
}

/** Waits until the page has these names, each once. */
export async function shows(...promised: string[]): Promise<void> {
  await vi.waitFor(() => expect(missing(promised)).toEqual([]), { timeout: 4_000 });
}
