// What cooperatives know the person by: name, short name, key and description; and the services that are offered.
import { asAppError, type Api } from "../../ipc/client";
import type { OfferedService, OwnDescriptor } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { complaint } from "../settings/profile.svelte";

type Needs = Pick<Api, "ownDescriptor" | "ownDescriptorSave" | "ownDescriptorCopied" | "ownName" | "ownKeyRotate" | "offeredServices" | "offeredServiceSave" | "offeredServiceRemove">;

/** Codes of the core that the passphrase field answers. */
const WRONG_PASSPHRASE = "VLT-101";

export class OwnPage {
  readonly own = new Load<OwnDescriptor>();
  readonly offered = new Load<OfferedService[]>();
  readonly act = new Act();
  name = $state("");
  id = $state("");
  wrong: string | null = $state(null);
  passphraseError: string | null = $state(null);
  #kept = "";
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async read(): Promise<void> {
    const own = await this.own.run(() => this.#api.ownDescriptor());
    // What is being typed stays, unless what is kept became something else.
    if (own !== null && this.#kept !== `${own.name}\n${own.id}`) {
      this.#kept = `${own.name}\n${own.id}`;
      this.name = own.name;
      this.id = own.id;
    }
    await this.offered.run(() => this.#api.offeredServices());
  }

  /** Something was typed that is not kept yet. */
  get changed(): boolean {
    const { value } = this.own;
    return value !== null && (this.name.trim() !== value.name || this.id.trim() !== value.id);
  }

  async keep(): Promise<boolean> {
    this.wrong = null;
    const done = await this.act.run(() => this.#api.ownName(this.name.trim(), this.id.trim()));
    if (done) await this.read();
    else if (this.act.error !== null) {
      this.wrong = complaint(this.act.error);
      this.act.error = null;
    }
    return done;
  }

  /** Where the description was saved; null when the person chose no place. */
  async save(): Promise<string | null> {
    const place = await this.act.save(() => this.#api.ownDescriptorSave());
    if (place !== null) await this.read();
    return place;
  }

  /** Notes that the description is given away, then hands it to `copy`. */
  async copied(copy: (text: string) => Promise<boolean>): Promise<void> {
    const { value } = this.own;
    if (value === null) return;
    await this.act.run(async () => {
      await this.#api.ownDescriptorCopied();
      await copy(value.text);
    });
    await this.read();
  }

  /** Makes a new key, which the old one signs. */
  async rotate(passphrase: string): Promise<boolean> {
    this.passphraseError = null;
    const done = await this.act.run(() => this.#api.ownKeyRotate(passphrase));
    if (done) await this.read();
    else if (this.act.error?.code === WRONG_PASSPHRASE) {
      this.passphraseError = this.act.error.title;
      this.act.error = null;
    }
    return done;
  }

  /** Offers a service, or no longer; its words and exceptions stay. */
  async offer(service: OfferedService, offered: boolean): Promise<void> {
    if (await this.act.run(() => this.#api.offeredServiceSave({ ...service, offered }))) await this.read();
  }

  async remove(service: OfferedService): Promise<boolean> {
    const done = await this.act.run(() => this.#api.offeredServiceRemove(service.id));
    if (done) await this.read();
    return done;
  }

  /** Keeps a removed service again. */
  async back(service: OfferedService): Promise<void> {
    if (await this.act.run(() => this.#api.offeredServiceSave(service))) await this.read();
  }

  /** Keeps what the form says; gives what is wrong with it, or nothing. */
  async put(service: OfferedService): Promise<string | null> {
    try {
      await this.#api.offeredServiceSave(service);
    } catch (error) {
      return complaint(asAppError(error));
    }
    await this.read();
    return null;
  }
}

/** What a service is called: in English, else in whatever language it has a name. */
export function nameOf({ id, name }: OfferedService): string {
  return name.en || name.ca || name.es || id;
}
