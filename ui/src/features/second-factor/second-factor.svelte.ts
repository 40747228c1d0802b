// The second factor: the code that an act asks for, its set-up, and its recovery codes.
import { asAppError, type Api } from "../../ipc/client";
import type { AppError, SecondFactorSetup, SecondFactorState } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

/** A code that an act waits for. One is asked for at a time; what comes meanwhile waits for the same answer. */
class CodeQuestion {
  open = $state(false);
  #answer: ((given: boolean) => void) | null = null;
  #waits: Promise<boolean> | null = null;

  /** Asks the person. The answer is whether a code was taken. */
  ask(): Promise<boolean> {
    this.#waits ??= new Promise((resolve) => {
      this.#answer = resolve;
      this.open = true;
    });
    return this.#waits;
  }

  close(given: boolean): void {
    this.#answer?.(given);
    this.#answer = null;
    this.#waits = null;
    this.open = false;
  }
}

export const codeQuestion = new CodeQuestion();

/** The dialog for a code. */
export class CodeEntry {
  code = $state("");
  busy = $state(false);
  error: AppError | null = $state.raw(null);
  readonly #api: Pick<Api, "secondFactorCode">;

  constructor(api: Pick<Api, "secondFactorCode">) {
    this.#api = api;
  }

  /** Whether the code was taken. */
  async give(): Promise<boolean> {
    if (this.code.trim() === "" || this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await this.#api.secondFactorCode(this.code);
      return true;
    } catch (error) {
      this.error = asAppError(error);
      this.code = "";
      return false;
    } finally {
      this.busy = false;
    }
  }
}

type Needs = Pick<Api, "secondFactor" | "secondFactorBegin" | "secondFactorFinish" | "secondFactorRenew" | "secondFactorEnd">;

/** Its place in the settings. */
export class SecondFactorPage {
  readonly state = new Load<SecondFactorState>();
  readonly act = new Act();
  /** What the authenticator is told, while it is being set up. */
  setup: SecondFactorSetup | null = $state.raw(null);
  /** The recovery codes, while they are shown. */
  codes: string[] | null = $state.raw(null);
  code = $state("");
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async read(): Promise<void> {
    await this.state.run(() => this.#api.secondFactor());
  }

  async begin(): Promise<void> {
    this.code = "";
    await this.act.run(async () => {
      this.setup = await this.#api.secondFactorBegin();
    });
  }

  /** The first code: from here on it holds. */
  async finish(): Promise<void> {
    const done = await this.act.run(async () => {
      this.codes = await this.#api.secondFactorFinish(this.code);
    });
    this.code = "";
    if (done) this.setup = null;
    await this.read();
  }

  async renew(): Promise<void> {
    await this.act.run(async () => {
      this.codes = await this.#api.secondFactorRenew();
    });
    await this.read();
  }

  async end(): Promise<boolean> {
    const done = await this.act.run(() => this.#api.secondFactorEnd());
    await this.read();
    return done;
  }

  /** What is secret goes from the page. */
  forget(): void {
    this.setup = null;
    this.codes = null;
    this.code = "";
    this.act.error = null;
  }
}
