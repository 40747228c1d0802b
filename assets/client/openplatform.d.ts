/** Types of the OpenPlatform client that a Satchel gateway serves as `/openplatform.js` (versions 2 to 4, plus `OP.vault`). */

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
		/** What another app opened this one with. */
		data?: Json;
		/** Where in the app it was opened. */
		href?: string;
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

	/** One error of a server's answer. */
	interface Failure {
		name?: string;
		error: string;
	}

	/** An entry of the window's menu; everything beside the name comes back as it was given. */
	interface MenuItem {
		name: string;
		icon?: string;
		value?: Json;
		[key: string]: Json | undefined;
	}

	/** What another app handed over. */
	interface Shared {
		app: string | { id: string; name: string; type?: string };
		/** Absent when the other app opened this one with it. */
		type?: string;
		body: Json;
		/** Answers to the app that it came from. */
		share(type: string, body?: Json): Client;
	}

	interface Appearance {
		darkmode?: boolean | number;
		colorscheme?: string;
		/** The name of newer hosts for `colorscheme`. */
		color?: string;
		background?: string;
	}

	interface OpenApp {
		id: string;
		name: string;
		title: string;
		icon: string;
		version: string;
		type: string;
	}

	type Kind = 'success' | 'warning' | 'info' | 'error';
	/** What takes a response of a server and an error of the network. */
	type Responder = (response?: any, err?: unknown) => void;

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
		/** Whether the page was initialised for a host. */
		readonly embeded?: boolean;
		/** False keeps `appearance` light. */
		darkmode?: boolean;
		/** Called after `init` was answered. */
		onready?: (meta: Metadata) => void;

		/**
		 * Introduces the page to its host, as soon as the document is there. `err` is an Error when the page is in no frame, and 'timeout'
		 * when the host did not answer within 2000 ms; in both cases the page is replaced by the text `401: Unauthorized`. `timer` leads to
		 * `meta.href` after 100 ms unless it is cleared; there is none where the page is there already. With `notembedded` no host is needed:
		 * `meta` is then `window.user`.
		 */
		init(callback?: (err: null | 'timeout' | Error, meta: Metadata, timer?: number) => void, notembedded?: boolean): Client;
		init(notembedded: true): Client;
		/** `init` for pages built on jComponent. */
		jcomponent(notembedded?: boolean): Client;
		/** Asks for the metadata again, for example after the event `revision`. */
		meta(callback: (err: string | null, meta: Metadata) => void): Client;

		/** Shows or hides the host's loading bar. A number delays it (milliseconds), a string is shown. */
		loading(visible: boolean, option?: number | string): Client;
		/** The small sign that something is going on. */
		loading2(visible: boolean, delay?: number): Client;
		/** How far something is, 0 to 100; hides without a number. */
		progress(percent?: number): Client;
		/** Says over the page that the app cannot reach its server; false takes it away. */
		offline(text?: string | false): Client;
		busy(busy?: boolean): Client;

		/** A word that the person has to put away. */
		message(text: string | Failure[], type?: Kind, button?: string): Client;
		/** A short word. */
		snackbar(text: string, type?: Kind, button?: string): Client;
		success(text: string, button?: string): Client;
		warning(text: string, button?: string): Client;
		/** Asks the person. No answer comes if the question is put away. */
		confirm(text: string, buttons: string[] | string, callback?: (index: number) => void): Client;
		/** The same; only the first button calls. */
		confirm2(text: string, buttons: string[] | string, callback: (index: 0) => void): Client;
		/** A question with one button. */
		approve(text: string, button: string, callback?: (index: number) => void): Client;
		/** Says what the menu of the window holds. */
		options(fill: (items: (MenuItem | '-')[]) => void, callback?: (item: MenuItem) => void): Client;
		/** Leaves a notification for the person; `data` comes back in the event `notify`. */
		notify(body: string, data?: string): Client;
		notify(type: number, body: string, data?: string): Client;
		/** One more on the app's badge. */
		badge(force?: boolean): Client;
		titlesuccess(text: string): Client;
		titlewarning(text: string | Failure[]): Client;
		/** Lines for the app's console; of several errors one each. */
		console(type: Kind | number, text: string | Failure[], show?: boolean, prefix?: string): Client;
		success2(text: string | Failure[], show?: boolean, prefix?: string): Client;
		warning2(text: string | Failure[], show?: boolean, prefix?: string): Client;
		error2(text: string | Failure[], show?: boolean, prefix?: string): Client;
		info2(text: string | Failure[], show?: boolean, prefix?: string): Client;
		log(text: string): Client;
		/** Makes a function for the response of a server: shows errors, or else the message, and calls back. */
		done(message: string, callback?: Responder, loading?: boolean): Responder;
		done(callback: Responder, loading?: boolean): Responder;
		/** The same without a word of success; a string is a path of jComponent that is set. */
		resume(target: Responder | string, loading?: boolean): Responder;
		report(type: string, body: string, high?: boolean): Client;
		help(markdown?: string | Json[]): Client;
		changelog(markdown?: string | Json[]): Client;
		mail(to: string, subject: string, body: string, type?: 'html' | 'plain'): Client;
		email(subject: string, body: string): Client;
		/** A sound by its name, or a file of the app. */
		play(name: string): Client;
		stop(name?: string): Client;
		/** A picture of the page, made with the page's own html2canvas; null without it. Nothing is loaded. */
		screenshot(callback?: (url: string | null) => void): Client;
		screenshot(cdn: unknown, callback?: (url: string | null) => void): Client;

		focus(): Client;
		minimize(): Client;
		maximize(url?: string): Client;
		restart(): Client;
		/** Shakes the window; with true only if it is not focused. */
		shake(unfocusedOnly?: boolean): Client;
		/** Closes the app; the event `close` comes first. */
		close(): Client;

		/** Opens another app, by its id or name, with data. */
		open(app: string, data?: Json): Client;
		/** Hands something to another app. `true` leaves it unfocused, 'open' and 2 only if it runs. */
		share(app: string | { id: string }, type: string, body?: Json, silent?: boolean | 'open' | 2): Client;
		launched(callback: (err: string | null, apps: OpenApp[]) => void): Client;
		command(type: string, body?: Json): Client;
		install(url: string): Client;
		clipboard(text: string): Client;
		/** Keeps a value for this app. */
		config(value: Json, callback?: (answer: { success?: boolean }, err: string | null) => void): Client;
		/** Reads it. */
		config(callback: (value: any, err: string | null) => void): Client;
		/** An address that leads to a place in this app. The host is asked to copy it. */
		link(path: string, data?: Json): string;
		/** Puts the argument `openplatform` into an address, as its first. */
		tokenizator(url: string): string;
		/** Asks for the colours and follows them from then on: style `#opstyle`, classes of the body, `--opcolor`. */
		appearance(): Client;

		/** Reads one of the vault's `/v1` routes with what the person shares with this app. */
		vault<T = Json>(path: string, callback: (err: VaultError | null, json: T) => void): Client;

		/** `print` and `options` have one handler; `ready` calls at once when the app is ready. */
		on(event: 'share', handler: (shared: Shared) => void): Client;
		on(event: 'link', handler: (path: string, data: Json) => void): Client;
		on(event: 'command', handler: (type: string, body: Json) => void): Client;
		on(event: 'appearance', handler: (look: Appearance) => void): Client;
		on(event: 'resize', handler: (size: { width?: number; height?: number }) => void): Client;
		on(event: 'notify' | 'help' | 'changelog' | 'revision' | 'app.open' | 'app.close', handler: (text: string) => void): Client;
		on(event: 'ready' | 'minimize' | 'maximize' | 'close' | 'menu' | 'print' | 'options' | (string & {}), handler: (...args: any[]) => void): Client;
		/** Calls the handlers of an event inside this page. `help` and `changelog` without a handler are said to the host. */
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
	OPCOLOR?: string;
	OPDARKMODE?: boolean;
}
