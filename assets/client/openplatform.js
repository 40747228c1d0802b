/*! Satchel's OpenPlatform client: the window.OP of profile P4 (Apache-2.0). Documentation: README.md and openplatform.d.ts beside this file. */
(function (window) {
	'use strict';

	var document = window.document;
	var location = window.location;
	var parent = window.parent;

	// How long the host has to answer `verify`, in milliseconds. Hosts of this profile are built for this value.
	var PATIENCE = 2000;
	var UNAUTHORIZED = '401: Unauthorized';
	var ALPHABET = '0123456789abcdefghijklmnopqrstuv';

	var OP = {
		version: 431,
		is: parent !== window,
		ready: false,
		id: null,
		openplatformurl: null,
		token: null,
		accesstoken: null,
		callbacks: {},
		events: {},
		pending: []
	};

	var loadingTimer = null;
	var hostOrigin = ancestor();

	// ---------------------------------------------------------------- messages

	/** Sends one message. `send(type, fn)` is a message without body. The callback gets `(body, error)`, once. */
	OP.send = function (type, body, callback) {
		if (typeof body === 'function') {
			callback = body;
			body = null;
		}
		var message = {
			openplatform: true,
			accesstoken: OP.accesstoken,
			type: type,
			body: body || null,
			sender: true,
			origin: location.origin
		};
		if (typeof callback === 'function') {
			message.callback = ticket();
			OP.callbacks[message.callback] = callback;
		}
		if (OP.is)
			post(JSON.stringify(message));
		return OP;
	};

	// Some engines cannot name the origin of a host with a scheme of its own: then only the window is known, not the origin.
	function post(text) {
		try {
			parent.postMessage(text, hostOrigin || '*');
		} catch (e) {
			hostOrigin = null;
			parent.postMessage(text, '*');
		}
	}

	/** Calls the handlers of an event inside this page. */
	OP.emit = function (name) {
		var handlers = own(OP.events, name) ? OP.events[name].slice() : [];
		var args = Array.prototype.slice.call(arguments, 1);
		handlers.forEach(function (handler) {
			handler.apply(OP, args);
		});
		return OP;
	};

	/** Adds a handler. `ready` is called at once when the app is ready already. */
	OP.on = function (name, handler) {
		if (!own(OP.events, name))
			OP.events[name] = [];
		OP.events[name].push(handler);
		if (name === 'ready' && OP.ready)
			handler.call(OP);
		return OP;
	};

	window.addEventListener('message', function (event) {
		// Only the window that holds this frame is a host: any other window may know the envelope, but not this.
		if (!OP.is || event.source !== parent || (hostOrigin && event.origin !== hostOrigin) || typeof event.data !== 'string')
			return;
		var message = parse(event.data);
		if (!message || message.openplatform !== true)
			return;
		var type = message.type || message.TYPE;
		if (typeof type !== 'string')
			return;
		if (OP.ready || type === 'verify')
			receive(type, message);
		else
			OP.pending.push([type, message]);
	});

	function receive(type, message) {
		var id = message.callback;
		var error = message.error;
		if (id) {
			if (!own(OP.callbacks, id))
				return;
			var callback = OP.callbacks[id];
			delete OP.callbacks[id];
			// Host messages never carry `sender`: one that does is an echo of somebody's request.
			callback(message.body || {}, error || (message.sender ? 'Not an answer' : null));
			return;
		}
		if (message.sender)
			return;
		if (!builtIn(type, message.body))
			OP.emit(type === 'kill' ? 'close' : type, message.body || {});
	}

	// What the library does itself. True if no handler is to hear of it.
	function builtIn(type, body) {
		if (type === 'reload')
			reload();
		else if (type === 'focus')
			window.focus();
		else if (type === 'redirect')
			redirect(body);
		else if (type === 'print' && !own(OP.events, 'print'))
			window.print();
		else
			return false;
		return true;
	}

	// A page that went on inside the app may have lost the argument: without it the host would not know the page again.
	function reload() {
		if (!OP.token || /[?&]openplatform=/.test(location.search))
			location.reload();
		else
			location.search = '?openplatform=' + OP.token + location.search.replace(/^\?/, '&');
	}

	// Only within the app: an address of another origin, or one that runs code, is not followed.
	function redirect(address) {
		try {
			var url = new URL(String(address), location.href);
			if (url.origin === location.origin && /^https?:$/.test(url.protocol))
				location.href = url.href;
		} catch (e) { /* no address */ }
	}

	function flush() {
		var queue = OP.pending;
		OP.pending = [];
		queue.forEach(function (item) {
			receive(item[0], item[1]);
		});
	}

	// ---------------------------------------------------------------- handshake

	/**
	 * Introduces the page to its host. `callback(err, metadata)`: `err` is an Error when the page is in no frame, 'timeout' when the host
	 * did not answer, else null.
	 */
	OP.init = function (callback) {
		var done = typeof callback === 'function' ? callback : function (err) {
			if (err)
				setTimeout(function () { window.close(); }, PATIENCE);
		};
		argument();

		if (!OP.is) {
			refuse();
			done(new Error('This page is not in a frame of an OpenPlatform host.'), {});
			return OP;
		}

		var timer = setTimeout(function () {
			timer = null;
			refuse();
			done('timeout', {});
		}, PATIENCE);

		return OP.send('verify', { ua: navigator.userAgent }, function (meta, error) {
			if (timer === null)
				return;
			clearTimeout(timer);
			timer = null;
			// A host cannot say no with an error: this profile's callers expect (null, {}) then, and get no further message.
			if (error) {
				done(null, {});
				return;
			}
			OP.id = meta.id || null;
			OP.openplatformurl = meta.openplatformurl || null;
			OP.ready = true;
			done(null, meta);
			if (typeof OP.onready === 'function')
				OP.onready(meta);
			OP.emit('ready', meta);
			flush();
		});
	};

	/** Asks for the metadata again: `callback(err, metadata)`. */
	OP.meta = function (callback) {
		return OP.send('meta', { ua: navigator.userAgent, accesstoken: OP.accesstoken }, function (meta, error) {
			callback(error || null, meta);
		});
	};

	function refuse() {
		if (document.body)
			document.body.textContent = UNAUTHORIZED;
		else
			document.addEventListener('DOMContentLoaded', refuse);
	}

	// The argument is `openplatform=<encoded verify URL>`; the token stands encoded once more behind its first `token=`.
	function argument() {
		var match = /[?&]openplatform=([^&#]*)/.exec(location.search);
		var value = match && decode(match[1]);
		if (!value)
			return;
		var at = value.indexOf('token=');
		OP.token = match[1];
		OP.accesstoken = at < 0 ? value : decode(value.substring(at + 6));
	}

	// ---------------------------------------------------------------- window

	/** Closes the app. The event `close` comes before the frame goes. */
	OP.close = function () {
		return OP.send('kill');
	};

	OP.minimize = function () {
		return OP.send('minimize');
	};

	OP.maximize = function (url) {
		return OP.send('maximize', url);
	};

	/** Shows or hides the host's loading bar; the second argument is a text, or a delay in milliseconds. */
	OP.loading = function (visible, option) {
		clearTimeout(loadingTimer);
		var body = { show: visible === true, text: typeof option === 'string' ? option : '' };
		if (typeof option === 'number' && option > 0)
			loadingTimer = setTimeout(function () { OP.send('loading', body); }, option);
		else
			OP.send('loading', body);
		return OP;
	};

	/** Leaves a notification for the person. `notify(body, data)` has type 0. */
	OP.notify = function (type, body, data) {
		if (typeof type === 'string') {
			data = body;
			body = type;
			type = 0;
		}
		return OP.send('notify', { type: type || 0, body: body, data: data || '', dtcreated: new Date() });
	};

	// ---------------------------------------------------------------- the vault

	/**
	 * Reads from the vault: `path` is one of the `/v1` routes. `callback(err, json)`; `err` is null, or an Error with `status` and `code`
	 * (403 and 'consent_denied' when the person does not share it).
	 */
	OP.vault = function (path, callback) {
		return OP.send('vault', { get: String(path) }, function (answer, error) {
			var json = answer.json === undefined ? null : answer.json;
			if (!error && answer.status >= 200 && answer.status < 300) {
				callback(null, json);
				return;
			}
			var problem = new Error(error || (json && json.message) || 'The vault did not answer.');
			problem.status = answer.status || 0;
			problem.code = (json && json.code) || 'no_answer';
			callback(problem, json);
		});
	};

	// ---------------------------------------------------------------- helpers

	// Twenty random symbols of five bits: nobody but the receiver of the message can know it.
	function ticket() {
		var bytes = window.crypto.getRandomValues(new Uint8Array(20));
		var text = '';
		for (var i = 0; i < bytes.length; i++)
			text += ALPHABET[bytes[i] & 31];
		return text;
	}

	// The origin of the window around this one, or null where the engine or the policy hides it.
	function ancestor() {
		var list = location.ancestorOrigins;
		if (list && list.length)
			return usable(list[0]);
		// A frame that moved from one of its own pages to the next has itself as referrer: that says nothing about the host.
		try {
			var origin = new URL(document.referrer).origin;
			return origin === location.origin ? null : usable(origin);
		} catch (e) {
			return null;
		}
	}

	function usable(origin) {
		return origin && origin !== 'null' && origin !== 'file://' ? origin : null;
	}

	function own(object, key) {
		return Object.prototype.hasOwnProperty.call(object, key);
	}

	function parse(text) {
		try {
			var value = JSON.parse(text);
			return value && typeof value === 'object' ? value : null;
		} catch (e) {
			return null;
		}
	}

	function decode(text) {
		try {
			return decodeURIComponent(text);
		} catch (e) {
			return '';
		}
	}

	window.OP = window.OPENPLATFORM = OP;
})(window);
