/*! Satchel's OpenPlatform client, versions 2 to 4 (Apache-2.0) */
// Documentation: README.md and openplatform.d.ts beside this file.
((window) => {
	'use strict';

	const { document, location, parent } = window;

	// How long the host has to answer `verify`, in milliseconds. Hosts of these profiles are built for this value. Clicks take the focus no oftener.
	const PATIENCE = 2000;

	const OP = {
		version: 431,
		is: parent !== window,
		ready: false,
		id: null,
		openplatformurl: null,
		token: null,
		accesstoken: null,
		// Without a prototype: a message cannot name what every object has.
		callbacks: { __proto__: null },
		events: { __proto__: null },
		pending: []
	};

	const timers = {};
	let focused = 0;
	let themed = false;
	let sheet = null;

	const isFunction = (value) => typeof value === 'function';
	const isString = (value) => typeof value === 'string';
	const listen = (target, name, handler) => target.addEventListener(name, handler);

	const tried = (action, otherwise) => {
		try {
			return action();
		} catch {
			return otherwise;
		}
	};
	const decode = (text) => tried(() => decodeURIComponent(text), '');

	// The origin of the window around this one, or null where the engine or the policy hides it.
	const ancestor = () => {
		const list = location.ancestorOrigins;
		const known = list?.[0];
		const origin = known || tried(() => new URL(document.referrer).origin);
		// A frame that moved from one of its own pages to the next has itself as referrer: that says nothing about the host.
		return !origin || /^(null|file)/.test(origin) || (!known && origin === location.origin) ? null : origin;
	};
	let hostOrigin = ancestor();

	// ---------------------------------------------------------------- messages

	/** Sends one message. `send(type, fn)` is a message without body. The callback gets `(body, error)`, once. */
	const send = OP.send = (type, body, callback) => {
		if (isFunction(body)) {
			callback = body;
			body = null;
		}
		const message = {
			openplatform: true,
			accesstoken: OP.accesstoken,
			type,
			body: body || null,
			sender: true,
			origin: location.origin
		};
		if (isFunction(callback)) {
			// Twenty random symbols of five bits: nobody but the receiver of the message can know it.
			message.callback = [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => (byte & 31).toString(32)).join('');
			OP.callbacks[message.callback] = callback;
		}
		if (OP.is) {
			const text = JSON.stringify(message);
			// Some engines cannot name the origin of a host with a scheme of its own: then only the window is known, not the origin.
			try {
				parent.postMessage(text, hostOrigin || '*');
			} catch {
				hostOrigin = null;
				parent.postMessage(text, '*');
			}
		}
		return OP;
	};

	// Calls the handlers; says whether there were any.
	const fire = (name, ...args) => {
		const handlers = OP.events[name];
		handlers?.slice().forEach((handler) => handler.apply(OP, args));
		return handlers;
	};

	// Calls back when the page is there, at once if it is.
	const loaded = (then) => document.readyState === 'loading' ? listen(document, 'DOMContentLoaded', then) : then();

	const refuse = () => loaded(() => document.body.textContent = '401: Unauthorized');

	// An address of this app, or nothing: no other origin, and none that runs code.
	const inside = (address) => {
		const url = tried(() => new URL(address, location.href));
		return url && url.origin === location.origin && /^http/.test(url.protocol) && url;
	};

	// A page that went on inside the app may have lost the argument: without it the host would not know the page again.
	const reload = () => {
		const { search } = location;
		if (!OP.token || /[?&]openplatform=/.test(search))
			location.reload();
		else
			location.search = `?openplatform=${OP.token}${search.replace('?', '&')}`;
	};

	// What the library does itself, and which event it makes of a message that is not one by its name.
	const acts = {
		__proto__: null,
		reload,
		focus: () => window.focus(),
		screenshotmake: () => OP.screenshot(),
		redirect(body) {
			const url = inside(body);
			if (url)
				location.href = url.href;
		},
		print: (body) => fire('print', body) || window.print(),
		kill: (body) => fire('close', body),
		link: ({ path, data }) => fire('link', path, data),
		command: ({ type, body }) => fire('command', type, body),
		share(body) {
			body.share = (type, data) => OP.share(body.app, type, data);
			fire('share', body);
		},
		// Some hosts send it flat.
		appearance(_, message) {
			const look = message.body || message;
			if (themed)
				OP.$appearance(look);
			fire('appearance', look);
		}
	};

	/** Takes one message of the host. Until the app is ready everything but the answer to `verify` waits. */
	OP.$process = (message) => {
		const type = message?.openplatform === true && (message.type || message.TYPE);
		if (!isString(type))
			return;
		if (!OP.ready && type !== 'verify') {
			OP.pending.push(message);
			return;
		}
		const { callback, sender } = message;
		const body = message.body || {};
		const waiting = OP.callbacks[callback];
		if (!callback) {
			if (!sender)
				acts[type] ? acts[type](body, message) : fire(type, body);
		} else if (waiting) {
			delete OP.callbacks[callback];
			// Host messages never carry `sender`: one that does is an echo of somebody's request.
			waiting(body, message.error || (sender ? 'echo' : null));
		}
	};

	listen(window, 'message', ({ source, origin, data }) => {
		// Only the window that holds this frame is a host: any other window may know the envelope, but not this.
		if (OP.is && source === parent && (!hostOrigin || origin === hostOrigin) && isString(data))
			OP.$process(tried(() => JSON.parse(data)));
	});

	// ---------------------------------------------------------------- handshake

	const verify = (done) => {
		let timer = setTimeout(() => {
			timer = null;
			refuse();
			done('timeout', {});
		}, PATIENCE);

		send('verify', { ua: navigator.userAgent }, (meta, error) => {
			if (!timer)
				return;
			clearTimeout(timer);
			timer = null;
			// A host cannot say no with an error: callers expect (null, {}) then, and get no further message.
			if (error)
				return done(null, {});
			OP.id = meta.id;
			OP.openplatformurl = meta.openplatformurl || meta.openplatform;
			OP.ready = true;
			// Where in the app it was opened, unless the page is there: hosts name the place in the frame's address as well.
			const url = meta.href && inside(meta.href);
			if (url && url.pathname + url.hash !== location.pathname + location.hash)
				done(null, meta, setTimeout(() => location.href = OP.tokenizator(url.href), 100));
			else
				done(null, meta);
			OP.onready?.(meta);
			fire('ready', meta);
			OP.pending.splice(0).forEach(OP.$process);
		});
	};

	// Without a host.
	const alone = (done) => {
		const user = window.user || {};
		OP.ready = true;
		listen(window, 'resize', () => fire('resize', { width: window.innerWidth, height: window.innerHeight }));
		setTimeout(() => {
			done(null, user);
			OP.$appearance(user);
			fire('ready', user);
		}, 100);
	};

	// Messages whose body is the one argument.
	'minimize maximize shake badge busy offline progress log clipboard titlesuccess stop'.split(' ').forEach((type) => OP[type] = (body) => send(type, body));

	// Messages whose body has the arguments under these names.
	Object.entries({
		help: 'body',
		changelog: 'body',
		message: 'body,type,button',
		snackbar: 'body,type,button',
		open: 'id,body',
		command: 'type,body',
		report: 'type,body,high'
	}).forEach(([type, names]) => OP[type] = (...args) => send(type, Object.fromEntries(names.split(',').map((name, index) => [name, args[index]]))));

	['success', 'warning', 'error', 'info'].forEach((type, index) => {
		if (index < 2)
			OP[type] = (text, button) => OP.snackbar(text, type, button);
		OP[type + '2'] = (text, show, prefix) => OP.console(type, text, show, prefix);
	});

	// Of several errors, one message each.
	const each = (list, say) => {
		[].concat(list).forEach((item) => say(item?.error || item));
		return OP;
	};

	// The next one cancels what is still to come.
	const later = (type, body, delay) => {
		clearTimeout(timers[type]);
		if (delay > 0)
			timers[type] = setTimeout(send, delay, type, body);
		else
			send(type, body);
		return OP;
	};

	Object.assign(OP, {
		/** Adds a handler; `print` and `options` have one only. `ready` is called at once when the app is ready already. */
		on(name, handler) {
			if (!OP.events[name] || /^(print|options)$/.test(name))
				OP.events[name] = [];
			OP.events[name].push(handler);
			if (name === 'ready' && OP.ready)
				handler.call(OP);
			return OP;
		},

		/** Calls the handlers of an event inside this page. Without a handler, the host is told that there is no help and no list of changes. */
		emit(...args) {
			return !fire(...args) && /^(help|changelog)$/.test(args[0]) ? send(args[0]) : OP;
		},

		/**
		 * Introduces the page to its host. `callback(err, metadata, timer)`: `err` is an Error when the page is in no frame, 'timeout' when
		 * the host did not answer, else null. `timer` will lead to the place in the app that the host named, unless it is cleared.
		 * With `notembedded` the page needs no host.
		 */
		init(callback, notembedded) {
			const done = isFunction(callback) ? callback : (err) => err && setTimeout(() => window.close(), PATIENCE);
			const without = notembedded || callback === true;
			// A bare token (version 2), or the encoded verify URL, where the token stands encoded once more behind its first `token=`.
			const raw = (/[?&]openplatform=([^&#]*)/.exec(location.search) || [])[1];
			const value = decode(raw || '');
			if (value) {
				const at = value.indexOf('token=');
				OP.token = raw;
				OP.accesstoken = at < 0 ? value : decode(value.slice(at + 6));
			}
			OP.embeded = !without;
			if (without || OP.is)
				loaded(() => (without ? alone : verify)(done));
			else {
				refuse();
				done(new Error('No host'), {});
			}
			return OP;
		},

		/** Asks for the metadata again: `callback(err, metadata)`. */
		meta: (callback) => send('meta', { ua: navigator.userAgent, accesstoken: OP.accesstoken }, (meta, error) => callback(error, meta)),

		/** Puts the argument `openplatform` into an address, as its first. */
		tokenizator: (url) => url.replace(/^([^?#]*)\??([^#]*)/, (all, path, search) => `${path}?openplatform=${OP.token}${search && '&' + search}`),

		// ------------------------------------------------------------ what the person sees

		/** Shows or hides the host's loading bar; the second argument is a text, or a delay in milliseconds. */
		loading: (visible, option) => later('loading', { show: !!visible, text: isString(option) ? option : '' }, option),

		/** The small sign that something is going on; it may be delayed. */
		loading2: (visible, delay) => later('loading2', visible, delay),

		/** Asks the person: `callback(index)` of the button. No answer comes if the question is put away. */
		confirm: (body, buttons, callback) => send('confirm', {
			body,
			buttons: isString(buttons) ? buttons.split(',').map((button) => button.trim()) : buttons
		}, ({ index }) => callback?.(index)),

		/** The same; only the first button calls. */
		confirm2: (text, buttons, callback) => OP.confirm(text, buttons, (index) => index === 0 && callback(index)),

		/** A question with one button. */
		approve: (text, button, callback) => OP.confirm(text, [button], callback),

		/** Says what the menu of the window holds: `fill(items)` puts entries in, `callback(entry)` gets the chosen one. */
		options: (fill, callback) => OP.on('options', () => {
			const items = [];
			fill(items);
			send('options', items, callback);
		}),

		/** Leaves a notification for the person. `notify(body, data)` has type 0. */
		notify: (type, body, data) => isString(type) ? OP.notify(0, type, body) : send('notify', { type: type || 0, body, data: data || '', dtcreated: new Date() }),

		/** A warning in the window's title. */
		titlewarning: (text) => each(text, (words) => send('titlewarning', words)),

		/** Lines for the app's console. */
		console: (type, text, show, prefix) => each(text, (words) => send('console', { type, msg: (prefix || '') + words, show })),

		/** Makes a function that takes the response of a request: errors are shown, else the message is, and `callback(response, err)` called. */
		done(message, callback, loading) {
			if (isFunction(message))
				return OP.done(null, message, callback);
			return (response, err) => {
				if (loading !== false)
					OP.loading(false, 500);
				const failed = response?.[0]?.error;
				if (failed || (!response && err))
					send('done', failed ? response : [{ name: 'network', error: `${err}` }]);
				else {
					if (message)
						send('done', message);
					callback?.(response, err);
				}
			};
		},

		/** The same without a word of success; a path is set in jComponent. */
		resume: (target, loading) => OP.done(isFunction(target) ? target : (response) => window.SET(target, response), loading),

		mail: (email, subject, body, type) => send('mail', { email, subject, body, type: type || 'plain', dtcreated: new Date() }),

		email: (subject, body) => send('email', { subject, body, dtcreated: new Date() }),

		/** A sound by its name, or a file of the app. */
		play: (name) => send('play', /^([a-z]+$|http)/.test(name) ? name : new URL(name, location.origin).href),

		/**
		 * A picture of the page, made with the page's own html2canvas and sent to the host; `callback(url)`. Nothing is loaded for it: where
		 * the page has none there is no picture, and the callback gets null.
		 */
		screenshot(cdn, callback) {
			const draw = window.html2canvas;
			const then = isFunction(cdn) ? cdn : callback;
			if (draw)
				draw(document.body).then((canvas) => {
					const url = canvas.toDataURL('image/jpeg');
					send('screenshot', url);
					then?.(url);
				});
			else
				then?.(null);
			return OP;
		},

		// ------------------------------------------------------------ window and other apps

		/** Closes the app. The event `close` comes before the frame goes. */
		close: () => send('kill'),

		restart: () => send('restart', location.href),

		/** Takes the focus, at most every two seconds. */
		focus() {
			const now = Date.now();
			if (now - focused < PATIENCE)
				return OP;
			focused = now;
			return send('focus');
		},

		/** Hands something to another app, after 100 ms. */
		share(app, type, body, silent) {
			setTimeout(send, 100, 'share', { app: app?.id || app, type, body, dtcreated: new Date(), silent });
			return OP;
		},

		install: (url) => send('install', { type: 'install', url }),

		/** The apps of the person, as far as this app may know: `callback(err, apps)`. */
		launched: (callback) => send('launched', (apps, error) => callback(error, apps)),

		/** Keeps a value for this app: `config(value, callback(answer, err))`; `config(callback)` reads it. */
		config: (value, callback) => isFunction(value) ? send('config', { body: null }, value) : send('config', { body: JSON.stringify(value) }, callback),

		/** An address that leads to a place in this app. The host is asked to copy it. */
		link(path, data) {
			const url = `${OP.openplatformurl}?share=${btoa(encodeURIComponent(JSON.stringify({ id: OP.id, path, data }).slice(1, -1)))}`;
			OP.clipboard(url);
			return url;
		},

		// ------------------------------------------------------------ appearance

		/** Asks for the colours, and follows them from then on. */
		appearance() {
			themed = true;
			return send('appearance');
		},

		/** Puts colours into force. */
		$appearance({ colorscheme, color, darkmode }) {
			const given = colorscheme || color;
			const colour = window.OPCOLOR = /^#[\da-f]{3,8}$/i.test(given) ? given : '#4285f4';
			const dark = window.OPDARKMODE = OP.darkmode !== false && !!darkmode;
			const rule = (name, property) => `.op${name},.op${name}hover:hover{${property}:${colour}!important}`;
			const css = `:root{--opcolor:${colour};--color:${colour}}.opbody{background:${dark ? '#202020;color:#E0E0E0' : '#FFF;color:#000'}}` +
				rule('border', 'border-color') + rule('bg', 'background') + rule('fg', 'color');
			loaded(() => {
				const set = document.body.classList;
				set.add('opbody');
				set.toggle('opdark', dark);
				set.toggle('oplight', !dark);
				set.toggle('ui-dark', dark);
				let style = document.getElementById('opstyle');
				if (!style) {
					style = document.createElement('style');
					style.id = 'opstyle';
					document.head.append(style);
				}
				style.textContent = css;
				// A policy without inline styles leaves the element without a sheet; one made in code is allowed.
				if (!style.sheet) {
					if (!sheet)
						document.adoptedStyleSheets.push(sheet = new CSSStyleSheet());
					sheet.replaceSync(css);
				}
			});
		},

		/** `init` for pages built on jComponent: its requests carry the token, its formats are those of the person. */
		jcomponent(notembedded) {
			const { ON, DEF, ENV, EMIT, SET } = window;
			ON('request', (options) => {
				const query = new URLSearchParams(location.search);
				if (OP.token && !options.url.split('?')[0].slice(-10).includes('.'))
					options.headers = { ...options.headers, Authorization: 'base64 ' + btoa([OP.token, query.get('rev'), query.get('language')]) };
			});
			['show', 'hide'].forEach((word, index) => ON(`@flag ${word}loading`, () => OP.loading(!index)));
			return OP.init((err, { numberformat, dateformat, timeformat }) => {
				if (err)
					return;
				DEF.thousandsSeparator = { 3: '.', 4: ',' }[numberformat] || ' ';
				DEF.decimalSeparator = /[23]/.test(numberformat) ? ',' : '.';
				DEF.dateformat = dateformat || 'yyyy-MM-dd';
				ENV('ts', `${DEF.dateformat} ${timeformat === 12 ? '!hh:mm a' : 'HH:mm'}`);
				if (!notembedded)
					OP.appearance();
				EMIT('opready');
				SET('common.ready', true);
			}, notembedded);
		},

		// ------------------------------------------------------------ the vault

		/**
		 * Reads from the vault: `path` is one of the `/v1` routes. `callback(err, json)`; `err` is null, or an Error with `status` and `code`
		 * (403 and 'consent_denied' when the person does not share it).
		 */
		vault: (path, callback) => send('vault', { get: `${path}` }, ({ status = 0, json = null }, error) => {
			if (!error && status >= 200 && status < 300)
				callback(null, json);
			else
				callback(Object.assign(new Error(error || json?.message || 'No answer'), { status, code: json?.code || 'no_answer' }), json);
		})
	});
	OP.$sendfocus = OP.focus;

	// ---------------------------------------------------------------- keys and clicks

	const hear = (name, handler) => listen(document, name, (event) => OP.ready && OP.is && handler(event));

	hear('keydown', (event) => {
		const { key } = event;
		if (key === 'F5') {
			OP.loading(false).offline().progress();
			setTimeout(reload, 200);
		} else if (key === 'F1')
			send('quicksearch');
		else if (key === 'Tab' && (event.ctrlKey || event.altKey || event.metaKey))
			send('nextwindow');
		else
			return;
		event.preventDefault();
	});

	hear('touchstart', OP.focus);

	// `<a href="openplatform://app?name=value">` hands over what it names.
	hear('click', (event) => {
		OP.focus();
		const anchor = event.target.closest('a[href^="openplatform://"]');
		if (anchor) {
			event.preventDefault();
			const [, app, query] = /^.{15}([^?/]*)\/?\??(.*)/.exec(anchor.getAttribute('href'));
			OP.share(decode(app), 'link', Object.fromEntries(new URLSearchParams(query)));
		}
	});

	window.OP = window.OPENPLATFORM = OP;
})(window);
