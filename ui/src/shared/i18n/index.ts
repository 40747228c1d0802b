// Messages in ICU MessageFormat. Keys are "<screen>.<part>"; every screen has its own file in `en/`, picked up by itself.
import { IntlMessageFormat, type PrimitiveType } from "intl-messageformat";
import { LOCALE } from "../format";

export type Messages = Record<string, string>;
export type Args = Record<string, PrimitiveType>;

const files = import.meta.glob<{ default: Messages }>("./en/*.ts", { eager: true });
const english: Messages = Object.assign({}, ...Object.values(files).map((file) => file.default));
const compiled = new Map<string, IntlMessageFormat>();

/** The message of a key, with its arguments filled in. An unknown key is a mistake of ours and is shown as it is. */
export function t(key: string, args?: Args): string {
  const text = english[key];
  if (text === undefined) return key;
  if (args === undefined && !text.includes("{") && !text.includes("'")) return text;
  let message = compiled.get(key);
  if (message === undefined) {
    message = new IntlMessageFormat(text, LOCALE, undefined, { ignoreTag: true });
    compiled.set(key, message);
  }
  return String(message.format(args));
}

/** All keys, for the test that compares them with their uses. */
export function keys(): string[] {
  return Object.keys(english);
}
