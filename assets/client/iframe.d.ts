/** Types of the OpenPlatform client that a Satchel gateway serves as `/iframe.js` (version 5, plus `APP.vault`). */

declare namespace TotalPlatform {
	/** A JSON value as it crosses the frame boundary. */
	type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

	/** What the host says about its looks. */
	interface Appearance {
		/** `#RRGGBB`. */
		color?: string;
		sounds?: boolean;
		notifications?: boolean;
	}

	/** What `APP.vault` passes as its first argument when nothing was read. */
	interface VaultError extends Error {
		/** HTTP status of the answer, 0 when there was none. */
		status: number;
		/** `consent_denied`: the person does not share this. Ask for less, or go on without. */
		code: string;
	}

	/** A message of any type; `callback` is called once, if the host answers. */
	interface Message {
		TYPE: string;
		data?: unknown;
		callback?: (data: any, error: string | undefined) => void;
		[name: string]: unknown;
	}

	interface Client {
		/** The level of the interface that this library offers. */
		readonly version: number;
		/** True in a frame. */
		readonly iframe: boolean;
		/** True from the host's first answer on. */
		readonly ready: boolean;
		/** Origin and path of the page, as every message names them. */
		readonly origin: string;
		/** The argument `openplatform` of the page's address, as it stands there; empty without one. */
		readonly token: string;
		/** The token inside that argument with its signature, `T~SIGN`. */
		readonly accesstoken: string;
		/** Where in the app the host wants the person to be, or the app said last. */
		readonly href: string;
		readonly sounds: boolean;
		readonly notifications: boolean;
		readonly color: string;

		/** Called a millisecond after the host said so; handlers of custom events that the host raises are called at once. */
		on(event: 'init', handler: () => void): void;
		on(event: 'appearance', handler: (look: Appearance) => void): void;
		on(event: 'path', handler: (path: string, fromHost: boolean) => void): void;
		on(event: 'mobilemenu' | 'close' | 'revision' | (string & {}), handler: (...args: any[]) => void): void;
		/** Calls the handlers of an event inside this page, a millisecond later. */
		emit(event: string, ...args: unknown[]): void;
		/** The same, at once. */
		emitforce(event: string, ...args: unknown[]): void;
		/** Sends one message. */
		send(message: Message): void;

		/** A sound, by its name. */
		play(name: string): void;
		/** A short word to the person. */
		success(text: string): void;
		warning(text: string): void;
		/** A word that the person has to put away. */
		error(text: string): void;
		/** Opens another app, by its id or name, at a path. */
		open(app: string, path?: string): void;
		/** Takes the focus, at most once a second. */
		focus(auto?: boolean): void;
		/** Asks the host to copy a text. */
		copy(text: string): void;
		/** Tells the host where in the app the person is. */
		path(path: string): void;
		refresh(): void;
		refresh_account(): void;
		restart(): void;
		feedback(): void;
		close(): void;
		/** Puts the argument `openplatform` into an address, as its first. */
		tokenize(url: string): string;
		/** Reads one of the vault's `/v1` routes with what the person shares with this app. */
		vault<T = Json>(path: string, callback: (err: VaultError | null, json: T) => void): void;
	}
}

declare const APP: TotalPlatform.Client;

interface Window {
	APP: TotalPlatform.Client;
	/** Called once, two milliseconds after the library was loaded. */
	APP_INIT?: () => void;
	/** Called with every appearance of the host. */
	APPEARANCE?: (look: { color: string }) => void;
}
