/** Types of `host.js`, for tests written in TypeScript. */
export interface HostOptions {
  share: string;
  dark?: boolean;
  madeUp?: boolean;
}
/** The reply to a message of the app, or null. */
export function play(message: unknown, options: HostOptions): Record<string, unknown> | null;
