// How complete what is here is, per platform.
import type { Api } from "../../ipc/client";
import type { CoveredMonth, PlatformCoverage } from "../../ipc/types";
import { missingSpans } from "../../shared/charts/coverage";
import { date, list } from "../../shared/format";
import { t } from "../../shared/i18n";
import { Load } from "../../shared/load.svelte";

export class CoveragePage {
  readonly all = new Load<PlatformCoverage[]>();
  showAs: "strip" | "table" = $state("strip");
  readonly #api: Pick<Api, "completeness">;

  constructor(api: Pick<Api, "completeness">) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.all.run(() => this.#api.completeness());
  }

  of(platform: string): PlatformCoverage | null {
    return this.all.value?.find((one) => one.platform === platform) ?? null;
  }
}

/** The months of a platform in one sentence, with those that are missing. */
export function monthsSummary(name: string, months: CoveredMonth[]): string {
  const spans = missingSpans(
    months.map(({ month }) => month),
    months.map(({ covered }) => (covered === "none" ? "none" : "full")),
  );
  const have = months.filter(({ covered }) => covered !== "none").length;
  if (spans.length === 0) return t("coverage.months.summary", { name, have, all: months.length });
  return t("coverage.months.lacks", { name, have, all: months.length, spans: list(spans.map(({ from, to }) => (from === to ? date(from, "monthYear") : t("import.period", { from: date(from, "monthYear"), to: date(to, "monthYear") })))) });
}

/** The ways in which months came that this strip shows, for its legend. */
export function waysOf(months: CoveredMonth[]): CoveredMonth["covered"][] {
  return (["api", "file", "both", "none"] as const).filter((way) => months.some(({ covered }) => covered === way));
}
