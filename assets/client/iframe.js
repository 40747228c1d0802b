/*! Satchel's OpenPlatform client, version 5 (Apache-2.0) */
// Documentation: README.md and iframe.d.ts beside this file.
((window) => {
	'use strict';

	const { document, location, parent } = window;

	// Clicks take the focus at most this often, in milliseconds.
	const PAUSE = 1000;

	const raw = (/[?&]openplatform=([^&#]*)/.exec(location.search) || [])[1] || '';

	const APP = {
		version: 1,
		iframe: parent !== window,
		ready: false,
		origin: location.origin + location.pathname,
		token: raw,
		accesstoken: '',
		href: '',
		sounds: true,
		notifications: true,
		color: '',
		// Without a prototype: a message cannot name what every object has.
		events: { __proto__: null },
		callbacks: { __proto__: null },
		callbackindex: 0
	};

	let focused = 0;

	const tried = (action, otherwise) => {
		try {
			return action();
		} catch {
			return otherwise;
		}
	};

	// The token and its signature, `T~SIGN`.
	APP.accesstoken = (/token=([^&]*)/.exec(tried(() => decodeURIComponent(raw), '')) || [])[1] || '';

	// The origin of the window around this one, or null where the engine or the policy hides it.
	const ancestor = () => {
		const known = location.ancestorOrigins?.[0];
		const origin = known || tried(() => new URL(document.referrer).origin);
		// A frame that moved from one of its own pages to the next has itself as referrer: that says nothing about the host.
		return !origin || /^(null|file)/.test(origin) || (!known && origin === location.origin) ? null : origin;
	};
	let hostOrigin = ancestor();

	// ---------------------------------------------------------------- messages

	/** Sends one message `{TYPE, …}`. Its member `callback` is called once with `(data, error)` of the answer. */
	const send = APP.send = ({ callback, ...message }) => {
		message.totalplatform = true;
		message.origin = APP.origin;
		if (callback) {
			message.callbackid = `${APP.callbackindex++}`;
			APP.callbacks[message.callbackid] = callback;
		}
		if (APP.iframe) {
			const text = JSON.stringify(message);
			// Some engines cannot name the origin of a host with a scheme of its own: then only the window is known, not the origin.
			try {
				parent.postMessage(text, hostOrigin || '*');
			} catch {
				hostOrigin = null;
				parent.postMessage(text, '*');
			}
		}
	};

	/** Adds a handler of an event. */
	APP.on = (name, handler) => {
		(APP.events[name] = APP.events[name] || []).push(handler);
	};

	/** Calls the handlers of an event at once. */
	APP.emitforce = (name, ...args) => {
		APP.events[name]?.slice().forEach((handler) => handler.apply(APP, args));
	};

	/** Calls the handlers of an event a millisecond later. */
	APP.emit = (...args) => {
		setTimeout(APP.emitforce, 1, ...args);
	};

	const go = (path) => {
		APP.href = path;
		APP.emit('path', path, true);
		window.focus();
	};

	const acts = {
		__proto__: null,
		init() {
			APP.ready = true;
			APP.emit('init');
		},
		appearance(data) {
			const { color, sounds, sound, notifications } = data || {};
			APP.sounds = sounds ?? sound ?? APP.sounds;
			APP.notifications = notifications ?? APP.notifications;
			APP.color = color ?? APP.color;
			APP.emit('appearance', data);
			window.APPEARANCE?.({ color: APP.color });
		},
		path: go,
		focus(path) {
			if (path)
				go(path);
			else
				window.focus();
		},
		mobilemenu: (data) => APP.emit('mobilemenu', data),
		event: (_, { name, args }) => APP.emitforce(name, ...(Array.isArray(args) ? args : []))
	};

	const hear = ({ source, origin, data }) => {
		// Only the window that holds this frame is a host: any other window may know the envelope, but not this.
		if (source !== parent || (hostOrigin && origin !== hostOrigin) || typeof data !== 'string')
			return;
		const message = tried(() => JSON.parse(data));
		if (!message || typeof message.TYPE !== 'string')
			return;
		const id = message.callbackid;
		const waiting = APP.callbacks[id];
		if (waiting) {
			delete APP.callbacks[id];
			setTimeout(waiting, 2, message.data, message.error);
		} else if (id === undefined)
			acts[message.TYPE]?.(message.data, message);
	};

	// ---------------------------------------------------------------- what an app can say

	const data = (TYPE, value) => send({ TYPE, data: value });

	['play', 'success', 'warning', 'error'].forEach((TYPE) => APP[TYPE] = (value) => data(TYPE, value));

	['refresh', 'refresh_account', 'restart', 'feedback', 'close'].forEach((TYPE) => APP[TYPE] = () => send({ TYPE }));

	/** Opens another app, by its id or name, at a path. */
	APP.open = (app, path) => send({ TYPE: 'open', app, path });

	/** Takes the focus, at most once a second; `auto` says that the person did not ask for it. */
	APP.focus = (auto) => {
		if (!auto)
			window.focus();
		const now = Date.now();
		if (now - focused >= PAUSE) {
			focused = now;
			data('focus', auto);
		}
	};

	/** Asks the host to copy a text. */
	APP.copy = (text) => {
		window.focus();
		data('clipboard', text);
	};

	/** Tells the host where in the app the person is, so that it opens there again. */
	APP.path = (path) => {
		window.focus();
		APP.href = path;
		data('path', path);
	};

	/** Puts the argument `openplatform` into an address, as its first. */
	APP.tokenize = (url) => url.replace(/^([^?#]*)\??([^#]*)/, (all, path, search) => `${path}?openplatform=${raw}${search && '&' + search}`);

	/**
	 * Reads from the vault: `path` is one of the `/v1` routes. `callback(err, json)`; `err` is null, or an Error with `status` and `code`
	 * (403 and 'consent_denied' when the person does not share it).
	 */
	APP.vault = (path, callback) => send({
		TYPE: 'vault',
		data: { get: `${path}` },
		callback(answer, error) {
			const { status = 0, json = null } = answer || {};
			if (!error && status >= 200 && status < 300)
				callback(null, json);
			else
				callback(Object.assign(new Error(error || json?.message || 'No answer'), { status, code: json?.code || 'no_answer' }), json);
		}
	});

	// ---------------------------------------------------------------- the page

	if (APP.iframe) {
		window.addEventListener('message', hear);

		document.addEventListener('keydown', (event) => {
			const { key } = event;
			const TYPE = key === 'F1' ? 'quicksearch' : key === 'Tab' && (event.ctrlKey || event.altKey || event.metaKey) ? 'nextwindow' : '';
			if (TYPE) {
				event.preventDefault();
				send({ TYPE });
			}
		});

		['click', 'touchstart'].forEach((name) => document.addEventListener(name, () => APP.focus(true)));
	}

	setTimeout(() => {
		window.APP_INIT?.();
		send({ TYPE: 'init' });
	}, 2);

	window.APP = APP;
})(window);
