// The recovery kit that is being shown: keeping it, and showing that it was kept.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, RecoveryKit } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { session as realSession, type Session } from "../../shared/session.svelte";

const GROUP = 6;

/** "dw3n 8p" as it is printed: "DW3N-8P". */
export function printed(group: string): string {
  const plain = bare(group);
  return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

function bare(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, "");
}

export class Kit {
  typed: [string, string] = $state(["", ""]);
  kept: "printed" | "saved" | null = $state(null);
  busy: "finish" | "later" | "save" | "print" | null = $state(null);
  wrong: { group: number; text: string } | null = $state.raw(null);
  error: AppError | null = $state.raw(null);

  readonly kit: RecoveryKit;
  readonly ready = $derived(this.typed.every((group) => bare(group).length === GROUP));

  #deps: { api: Api; session: Session };

  constructor(kit: RecoveryKit, deps: Partial<{ api: Api; session: Session }> = {}) {
    this.kit = kit;
    this.#deps = { api: real, session: realSession, ...deps };
  }

  /** Whether the group typed at this place is the one of the kit. */
  matches(at: 0 | 1): boolean {
    const wanted = this.kit.groups[this.kit.confirm[at] - 1];
    return wanted !== undefined && bare(this.typed[at]) === bare(wanted);
  }

  async print(): Promise<void> {
    await this.#run("print", async () => {
      await this.#deps.api.recoveryKitPrint();
      this.kept = "printed";
    });
  }

  async save(): Promise<void> {
    await this.#run("save", async () => {
      if ((await this.#deps.api.recoveryKitSave()) !== null) this.kept = "saved";
    });
  }

  async finish(): Promise<void> {
    if (!this.ready) return;
    this.wrong = null;
    await this.#run("finish", async () => {
      const check = await this.#deps.api.recoveryKitConfirm([bare(this.typed[0]), bare(this.typed[1])]);
      if (check.ok) return this.#leave();
      const group = check.wrongGroup ?? this.kit.confirm[0];
      this.wrong = { group, text: check.wrongCharacter === null ? t("kit.wrongGroup", { group }) : t("kit.wrongCharacter", { group, n: check.wrongCharacter }) };
    });
  }

  async later(): Promise<void> {
    await this.#run("later", async () => {
      await this.#deps.api.recoveryKitLater();
      this.#leave();
    });
  }

  /** Takes the code off the page. */
  #leave(): void {
    this.typed = ["", ""];
    this.#deps.session.kit = null;
    void this.#deps.session.refresh();
  }

  async #run(what: NonNullable<Kit["busy"]>, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.error = null;
    try {
      await act();
    } catch (error) {
      this.error = asAppError(error);
    } finally {
      this.busy = null;
    }
  }
}
