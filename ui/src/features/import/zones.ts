// Zones for times that a file gives as the clock on the wall showed them: the person's own first.
import type { ImportView } from "../../ipc/types";
import { t } from "../../shared/i18n";

export const AS_IT_STANDS = "";

/** What can be chosen. A zone that the file named is among them, whatever this engine knows. */
export function zones(now: string | null, own: string = Intl.DateTimeFormat().resolvedOptions().timeZone, all: string[] = Intl.supportedValuesOf("timeZone")): { value: string; label: string }[] {
  const more = [...new Set([...(now === null ? [] : [now]), ...all])].filter((zone) => zone !== own && zone !== "").sort();
  return [{ value: AS_IT_STANDS, label: t("import.zone.none") }, { value: own, label: t("import.zone.own", { zone: own }) }, ...more.map((value) => ({ value, label: value }))];
}

/** The first time of the file: as the clock on the wall showed it, and the moment that this is. */
export function effect({ sample }: Pick<ImportView, "sample">): { wall: string; utc: string } | null {
  const start = sample.find((one) => one.start !== "")?.start;
  const parts = start === undefined ? null : /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(start);
  if (start === undefined || parts === null || Number.isNaN(Date.parse(start))) return null;
  return { wall: `${parts[1]} ${parts[2]}`, utc: new Date(start).toISOString().slice(0, 16).replace("T", " ") };
}
