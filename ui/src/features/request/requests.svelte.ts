// Asking platforms for one's data: whom, in which language, and the requests that there are.
import type { Api } from "../../ipc/client";
import type { DataRequest, RequestPlatform } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "dataRequests" | "requestPlatforms" | "beginRequest">;

export const LANGUAGES = ["en", "sv", "ca", "es", "de", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of this computer, where letters are written in it. */
export function languageOf(preferred: readonly string[]): Language {
  for (const one of preferred) {
    const found = LANGUAGES.find((language) => one.toLowerCase().startsWith(language));
    if (found !== undefined) return found;
  }
  return "en";
}

/** Days that are left to answer; negative when it is late, nothing while no month runs. */
export function daysLeft({ state, day, days }: Pick<DataRequest, "state" | "day" | "days">): number | null {
  return (state === "sent" || state === "extended") && day !== null && days !== null ? days - day : null;
}

/** How a request stands, in words. */
export function stateWords(request: Pick<DataRequest, "state" | "day" | "days">): string {
  const left = daysLeft(request);
  if (left !== null && left < 0) return t("request.state.late", { n: -left });
  return t(`request.state.${request.state}`, { n: left ?? 0 });
}

/** Somebody has to answer, or the person has to send the letter. */
export function isOpen({ state }: Pick<DataRequest, "state">): boolean {
  return state === "draft" || state === "sent" || state === "extended" || state === "refused";
}

export class BeginPage {
  readonly list = new Load<DataRequest[]>();
  readonly platforms = new Load<RequestPlatform[]>();
  readonly act = new Act();
  search = $state("");
  platform: string | null = $state(null);
  language: Language = $state("en");
  readonly #api: Needs;

  constructor(api: Needs, preferred: readonly string[] = globalThis.navigator?.languages ?? []) {
    this.#api = api;
    this.language = languageOf(preferred);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.list.run(() => this.#api.dataRequests()), this.platforms.run(() => this.#api.requestPlatforms())]);
  }

  /** The platforms that the search finds, without regard to case and accents. */
  get found(): RequestPlatform[] {
    const wanted = fold(this.search.trim());
    return (this.platforms.value ?? []).filter(({ name }) => fold(name).includes(wanted));
  }

  get chosen(): RequestPlatform | null {
    return this.platforms.value?.find(({ id }) => id === this.platform) ?? null;
  }

  /** The request to a platform that is not over. */
  openTo(platform: string): DataRequest | null {
    return this.list.value?.find((one) => one.platform === platform && isOpen(one)) ?? null;
  }

  /** Writes the letter; gives the request. One that is open is taken up again. */
  async begin(): Promise<string | null> {
    const { platform } = this;
    if (platform === null) return null;
    const open = this.openTo(platform);
    if (open !== null) return open.id;
    return this.act.save(() => this.#api.beginRequest(platform, this.language));
  }
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
