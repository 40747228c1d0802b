// What the charts say in sentences.
import type { EarningsSeries, Overview } from "../../ipc/types";
import { missingSpans } from "../../shared/charts/coverage";
import { date, list } from "../../shared/format";
import { t } from "../../shared/i18n";

/** Spans of bars that lack data for one reason. */
export function gapSpans(series: EarningsSeries): { reason: string; from: string; to: string }[] {
  const spans: { reason: string; from: string; to: string }[] = [];
  let last: string | null = null;
  for (const bar of series.bars) {
    const open = spans[spans.length - 1];
    if (bar.gap !== null && bar.gap === last && open) open.to = bar.to;
    else if (bar.gap !== null) spans.push({ reason: bar.gap, from: bar.from, to: bar.to });
    last = bar.gap;
  }
  return spans;
}

/** "Uber Eats lacks February and March. Freelancer and Nabo complete." */
export function coverageSummary(coverage: Overview["coverage"]): string {
  const complete: string[] = [];
  const words: string[] = [];
  for (const row of coverage.rows) {
    const missing = missingSpans(coverage.months, row.cells);
    if (row.cells.every((cell) => cell === "none" || cell === "outside")) words.push(t("overview.coverage.none", { name: row.name }));
    else if (missing.length === 0) complete.push(row.name);
    else words.push(t("overview.coverage.lacks", { name: row.name, spans: list(missing.map(({ from, to }) => (from === to ? date(from, "monthYear") : `${date(from, "monthYear")} – ${date(to, "monthYear")}`))) }));
  }
  if (complete.length > 0) words.push(t("overview.coverage.complete", { names: list(complete) }));
  return t("overview.coverage.summary", { rows: words.join(" ") });
}
