// Addresses that came from somebody else.

/** The host of an address of the web; nothing for anything else, which is then no link. */
export function webHost(address: string): string {
  if (!URL.canParse(address)) return "";
  const { protocol, host } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? host : "";
}
