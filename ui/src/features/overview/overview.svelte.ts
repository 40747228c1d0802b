// Overview: which period and currency are shown, and keeping the answer up to date.
import type { Api } from "../../ipc/client";
import type { EarningsSeries, Overview, Period } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

export const PERIODS: readonly Period[] = ["3m", "12m", "all"];
/** Rows of "Needs you" before "{n} more". */
export const NEEDS_SHOWN = 2;

/** The period of an address, or the usual one. */
export function periodOf(text: string | null): Period {
  return PERIODS.find((period) => period === text) ?? "12m";
}

export class OverviewPage {
  readonly answer = new Load<Overview>();
  readonly madeUp = new Act();
  period: Period = $state("12m");
  currency: string | null = $state(null);
  showAs: "chart" | "table" = $state("chart");
  allNeeds = $state(false);
  readonly #api: Pick<Api, "overview" | "spaceAddMadeUp" | "spaceSwitch">;

  constructor(api: Pick<Api, "overview" | "spaceAddMadeUp" | "spaceSwitch">) {
    this.#api = api;
  }

  /** Shows a period; asks the core again. */
  async show(period: Period): Promise<void> {
    this.period = period;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    await this.answer.run(() => this.#api.overview(this.period));
  }

  /** Money of different currencies is never added: one is shown at a time, the largest first. */
  get series(): EarningsSeries | null {
    const all = this.answer.value?.currencies ?? [];
    return all.find((series) => series.currency === this.currency) ?? all[0] ?? null;
  }

  get empty(): boolean {
    const value = this.answer.value;
    return value !== null && value.total === 0;
  }

  get needs(): Overview["needsYou"] {
    const all = this.answer.value?.needsYou ?? [];
    return this.allNeeds ? all : all.slice(0, NEEDS_SHOWN);
  }

  get moreNeeds(): number {
    return (this.answer.value?.needsYou.length ?? 0) - this.needs.length;
  }

  /** Makes a space with made-up data and goes there. */
  async tryMadeUp(): Promise<boolean> {
    return this.madeUp.run(async () => this.#api.spaceSwitch(await this.#api.spaceAddMadeUp()));
  }
}

/** The address of Work, filtered to one bar of the chart. */
export function workOfBar(bar: EarningsSeries["bars"][number]): string {
  return `/work?from=${bar.from}&to=${bar.to}`;
}
