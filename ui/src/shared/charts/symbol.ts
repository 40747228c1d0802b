// The sign of a currency, for places too narrow for a whole amount.
import { LOCALE } from "../format";

/** "€"; the code itself where there is no sign, or none that Intl knows. */
export function currencySymbol(currency: string): string {
  try {
    const parts = new Intl.NumberFormat(LOCALE, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
    return parts.find((part) => part.type === "currency")?.value ?? currency;
  } catch {
    return currency;
  }
}
