// How the libraries of OpenPlatform 2, 3 and 4 speak, as the specification tells it (3.1 to 3.3); the profile says in what they differ.
window.WIRE = function (profile) {
	'use strict';

	var OP = { version: profile.version, ready: false, token: null, accesstoken: null };
	var callbacks = {};
	var events = {};
	var pending = [];

	OP.send = function (type, body, callback) {
		if (typeof body === 'function') {
			callback = body;
			body = null;
		}
		var message = { openplatform: true, accesstoken: OP.accesstoken, type: type, body: body || null, sender: true, origin: profile.origin };
		if (callback) {
			message.callback = Math.random().toString(32).replace('0.', '');
			callbacks[message.callback] = callback;
		}
		profile.target.postMessage(JSON.stringify(message), '*');
		return OP;
	};

	OP.on = function (name, handler) {
		(events[name] = events[name] || []).push(handler);
		return OP;
	};

	OP.emit = function (name) {
		var args = Array.prototype.slice.call(arguments, 1);
		(events[name] || []).forEach(function (handler) { handler.apply(OP, args); });
		return OP;
	};

	OP.init = function (callback) {
		var raw = (/[?&]openplatform=([^&#]*)/.exec(location.search) || [])[1] || '';
		OP.token = raw;
		OP.accesstoken = profile.token(raw);
		var timer = setTimeout(function () {
			timer = null;
			document.body.textContent = '401: Unauthorized';
			callback('timeout');
		}, profile.patience);
		OP.send('verify', { ua: navigator.userAgent }, function (body, error) {
			if (timer === null)
				return;
			clearTimeout(timer);
			OP.ready = !error;
			OP.id = body.id;
			OP.openplatformurl = body.openplatformurl;
			callback(null, body);
			OP.emit('ready');
		});
	};

	window.addEventListener('message', function (event) {
		var message;
		try {
			message = JSON.parse(event.data);
		} catch (e) {
			return;
		}
		if (!message || !message.openplatform)
			return;
		if (profile.gated && !OP.ready && message.type !== 'verify')
			pending.push(message);
		else
			process(message);
	});

	// The libraries look twice a second whether they are ready for what waits.
	setInterval(function () {
		if (OP.ready)
			pending.splice(0).forEach(process);
	}, 500);

	function process(message) {
		if (message.callback) {
			var callback = callbacks[message.callback];
			delete callbacks[message.callback];
			if (callback)
				callback(message.body || {}, message.sender ? 'sender' : message.error);
		} else if (message.type === 'link' && message.body)
			OP.emit('link', message.body.path, message.body.data);
		else if (message.type === 'command' && message.body)
			OP.emit('command', message.body.type, message.body.body);
		else
			OP.emit(message.type === 'kill' ? 'close' : message.type, message.body || {});
	}

	/** Methods whose body is their argument. */
	OP.plain = function (names) {
		names.split(' ').forEach(function (name) {
			OP[name] = function (body) { return OP.send(name, body); };
		});
		return OP;
	};

	window.OP = window.OPENPLATFORM = OP;
	return OP;
};

// The token of an address: behind its first `accesstoken=`, decoded once more.
window.WIRE.token = function (raw) {
	var value = decodeURIComponent(raw);
	var at = value.indexOf('token=');
	return at < 0 ? value : decodeURIComponent(value.substring(at + 6));
};
