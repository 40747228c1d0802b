/** Types of the OpenPlatform client that a Satchel gateway serves as `/openplatform.js` (profile P4, plus `OP.vault`). */

declare namespace OpenPlatform {
	/** A JSON value as it crosses the frame boundary. */
	type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

	/** The answer to `init` and `meta`. A host may send more members; members that the person does not share are absent. */
	interface Metadata {
		/** The installation of this app; the same at every start. */
		id?: string;
		/** Base address of the host. */
		openplatformurl?: string;
		name?: string;
		/** `test` in a space with made-up data: say so wherever the data is shown. */
		mode?: 'prod' | 'test' | 'dev';
		language?: string;
		darkmode?: boolean | number;
		colorscheme?: string;
		dateformat?: string;
		timeformat?: number;
		numberformat?: number;
		datefdow?: number;
		width?: number;
		height?: number;
		profile?: { [key: string]: Json };
		[key: string]: Json | undefined;
	}

	/** What `OP.vault` passes as its first argument when nothing was read. */
	interface VaultError extends Error {
		/** HTTP status of the answer, 0 when there was none. */
		status: number;
		/** `consent_denied`: the person does not share this. Ask for less, or go on without. */
		code: string;
	}

	interface Client {
		/** The level of the interface that this library offers. */
		readonly version: number;
		/** True in a frame. */
		readonly is: boolean;
		/** True from the answer to `init` on. Until then every other message of the host waits. */
		readonly ready: boolean;
		readonly id: string | null;
		readonly openplatformurl: string | null;
		/** The argument `openplatform` of the page's address, as it stands there. */
		readonly token: string | null;
		/** The token inside that argument; it is sent with every message. */
		readonly accesstoken: string | null;
		/** Called after `init` was answered. */
		onready?: (meta: Metadata) => void;

		/**
		 * Introduces the page to its host. `err` is an Error when the page is in no frame, and 'timeout' when the host did not answer within
		 * 2000 ms; in both cases the page is replaced by the text `401: Unauthorized`.
		 */
		init(callback?: (err: null | 'timeout' | Error, meta: Metadata) => void): Client;
		/** Asks for the metadata again, for example after the event `revision`. */
		meta(callback: (err: string | null, meta: Metadata) => void): Client;
		/** Closes the app; the event `close` comes first. */
		close(): Client;
		minimize(): Client;
		maximize(url?: string): Client;
		/** Shows or hides the host's loading bar. A number delays it (milliseconds), a string is shown. */
		loading(visible: boolean, option?: number | string): Client;
		/** Leaves a notification for the person. */
		notify(body: string, data?: string): Client;
		notify(type: number, body: string, data?: string): Client;
		/** Reads one of the vault's `/v1` routes with what the person shares with this app. */
		vault<T = Json>(path: string, callback: (err: VaultError | null, json: T) => void): Client;

		/** Events: `ready`, `close`, `revision`, and every other type that the host sends. */
		on(event: 'ready' | 'close' | 'revision' | (string & {}), handler: (...args: any[]) => void): Client;
		/** Calls the handlers of an event inside this page; nothing is sent. */
		emit(event: string, ...args: unknown[]): Client;
		/** Sends one message of any type. */
		send(type: string, callback: (body: any, error: string | null) => void): Client;
		send(type: string, body?: unknown, callback?: (body: any, error: string | null) => void): Client;
	}
}

declare const OP: OpenPlatform.Client;
/** The same object as `OP`, under its older name. */
declare const OPENPLATFORM: OpenPlatform.Client;

interface Window {
	OP: OpenPlatform.Client;
	OPENPLATFORM: OpenPlatform.Client;
}
