// How long sessions last, as it is typed and as it is said. Nothing typed is no limit.
import type { CoreSessions } from "../../ipc/types";
import { list, LOCALE } from "../../shared/format";
import { t } from "../../shared/i18n";

export interface TypedSessions { idle: string; login: string; most: string; grace: string; yearly: boolean; month: string; day: string; time: string }

export const MONTHS = Array.from({ length: 12 }, (_, at) => String(at + 1));

/** The greatest number that the core keeps. */
const MOST = 4_294_967_295;

export function monthName(month: number): string {
  return new Intl.DateTimeFormat(LOCALE, { month: "long", timeZone: "UTC" }).format(Date.UTC(2000, month - 1, 1));
}

const two = (number: number) => String(number).padStart(2, "0");

export function typedOf({ idleMinutes, loginMinutes, most, graceSeconds, yearly }: CoreSessions): TypedSessions {
  const text = (number: number | null) => (number === null || number === 0 ? "" : String(number));
  const { month, day, hour, minute } = yearly ?? { month: 1, day: 1, hour: 0, minute: 0 };
  return { idle: text(idleMinutes), login: text(loginMinutes), most: text(most), grace: text(graceSeconds), yearly: yearly !== null, month: String(month), day: String(day), time: `${two(hour)}:${two(minute)}` };
}

/** What was typed as a policy; the key of the words for what does not fit. That the year has such a day is the core's to say. */
export function sessionsOf(typed: TypedSessions): CoreSessions | string {
  const number = (text: string): number | null => {
    const plain = text.trim();
    if (plain === "") return 0;
    return /^\d+$/.test(plain) && Number(plain) <= MOST ? Number(plain) : null;
  };
  const [idle, login, most, grace] = [number(typed.idle), number(typed.login), number(typed.most), number(typed.grace)];
  if (idle === null || login === null || most === null || grace === null) return "core.sessions.notANumber";
  const limits = { most, idleMinutes: idle || null, loginMinutes: login || null, graceSeconds: grace };
  if (!typed.yearly) return { ...limits, yearly: null };
  const time = /^(\d{1,2}):(\d{2})$/.exec(typed.time.trim());
  const day = /^\d{1,2}$/.test(typed.day.trim()) ? Number(typed.day) : null;
  if (time === null || day === null) return "core.sessions.notADay";
  return { ...limits, yearly: { month: Number(typed.month), day, hour: Number(time[1]), minute: Number(time[2]) } };
}

/** A policy in a sentence. */
export function wordsOf({ idleMinutes, loginMinutes, most, graceSeconds, yearly }: CoreSessions): string {
  const parts = [
    idleMinutes !== null && t("core.sessions.say.idle", { n: idleMinutes }),
    loginMinutes !== null && t("core.sessions.say.login", { n: loginMinutes }),
    yearly !== null && t("core.sessions.say.yearly", { day: yearly.day, month: monthName(yearly.month), time: `${two(yearly.hour)}:${two(yearly.minute)}` }),
    most > 0 && t("core.sessions.say.most", { n: most }),
  ].filter((part) => part !== false);
  const ends = parts.length === 0 ? t("core.sessions.say.never") : t("core.sessions.say.ends", { when: list(parts) });
  return graceSeconds > 0 ? `${ends} ${t("core.sessions.say.grace", { n: graceSeconds })}` : ends;
}
