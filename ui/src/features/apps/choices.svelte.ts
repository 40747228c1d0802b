// The form of what the person sets for one app: its settings by type, roles, how it is opened, and secrets that are only ever written.
import type { Api } from "../../ipc/client";
import type { AppChoices, AppChoicesEdit } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";

export const PROFILES = ["", "p2", "p3", "p4", "p5"] as const;
export const SECRETS = ["originToken", "requestSecret", "responseSecret"] as const;
export type SecretName = (typeof SECRETS)[number];

export class ChoicesForm {
  readonly save = new Act();
  profile = $state("");
  settings: { key: string; kind: AppChoices["settings"][number]["kind"]; value: string }[] = $state([]);
  roles: { id: string; words: string; ticked: boolean }[] = $state([]);
  serial = $state("");
  reference = $state("");
  notifications = $state(true);
  sounds = $state(true);
  /** What is typed; null leaves the secret as it is. */
  secrets: Record<SecretName, string | null> = $state({ originToken: null, requestSecret: null, responseSecret: null });
  readonly id: string;
  readonly #api: Pick<Api, "appChoicesSet">;

  constructor(api: Pick<Api, "appChoicesSet">, id: string, now: AppChoices) {
    this.#api = api;
    this.id = id;
    this.take(now);
  }

  /** Shows what is kept. */
  take(now: AppChoices): void {
    this.profile = now.profile;
    this.settings = now.settings.map((one) => ({ ...one }));
    this.roles = now.roles.map((one) => ({ ...one }));
    this.serial = now.serial;
    this.reference = now.reference;
    this.notifications = now.notifications;
    this.sounds = now.sounds;
    this.secrets = { originToken: null, requestSecret: null, responseSecret: null };
  }

  get edit(): AppChoicesEdit {
    return {
      profile: this.profile,
      settings: this.settings.map((one) => [one.key, one.value]),
      roles: this.roles.filter((role) => role.ticked).map((role) => role.id),
      serial: this.serial,
      reference: this.reference,
      notifications: this.notifications,
      sounds: this.sounds,
      ...this.secrets,
    };
  }

  /** Keeps the whole form; whether it was kept. A typed secret is not in the page after that. */
  async keep(): Promise<boolean> {
    const done = await this.save.run(() => this.#api.appChoicesSet(this.id, this.edit));
    if (done) this.secrets = { originToken: null, requestSecret: null, responseSecret: null };
    return done;
  }
}
