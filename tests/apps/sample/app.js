// Each button calls one method; the element named in the comment holds what came back, as JSON.
(function () {
	'use strict';

	function write(id, value) {
		document.getElementById(id).textContent = typeof value === 'string' ? value : JSON.stringify(value);
	}

	function add(id, text) {
		var box = document.getElementById(id);
		box.textContent += (box.textContent ? ' ' : '') + text;
	}

	function button(id, action) {
		document.getElementById(id).addEventListener('click', action);
	}

	// #answer and #grant: {"ok":true,"json":…} or {"ok":false,"status":403,"code":"consent_denied"}
	function ask(path, id) {
		write(id, 'waiting');
		OP.vault(path, function (err, json) {
			write(id, err ? { ok: false, status: err.status, code: err.code, json: json } : { ok: true, json: json });
		});
	}

	['ready', 'close', 'revision'].forEach(function (name) {
		OP.on(name, function () { add('events', name); });
	});
	OP.on('revision', function () { ask('/v1/grant', 'grant'); });

	button('do-meta', function () {
		OP.meta(function (err, meta) { write('meta', { err: err, meta: meta }); });
	});
	button('do-notify', function () { OP.notify(1, 'A word from Sample', 'data'); add('sent', 'notify'); });
	button('do-loading', function () { OP.loading(true, 'Counting'); add('sent', 'loading'); });
	button('do-loaded', function () { OP.loading(false); add('sent', 'loaded'); });
	button('do-minimize', function () { OP.minimize(); add('sent', 'minimize'); });
	button('do-maximize', function () { OP.maximize(); add('sent', 'maximize'); });
	button('do-close', function () { OP.close(); add('sent', 'close'); });
	document.getElementById('ask').addEventListener('submit', function (event) {
		event.preventDefault();
		ask(document.getElementById('path').value, 'answer');
	});

	// Any message, as each library would write it; `after` so many milliseconds. #heard: what the host posts, one JSON text to a line; nothing before the first #clear.
	document.getElementById('say').addEventListener('submit', function (event) {
		event.preventDefault();
		var message = JSON.parse(document.getElementById('message').value);
		var envelope = message.TYPE
			? { totalplatform: true, origin: location.origin + location.pathname }
			: { openplatform: true, accesstoken: OP.accesstoken, sender: true, origin: location.origin };
		var after = message.after || 0;
		delete message.after;
		setTimeout(function () { parent.postMessage(JSON.stringify(Object.assign(envelope, message)), '*'); }, after);
	});
	button('do-clear', function () { write('heard', ''); });
	window.addEventListener('message', function (event) {
		if (event.source === parent && typeof event.data === 'string') document.getElementById('heard').textContent += event.data + '\n';
	});
	button('do-window', function () { window.open('https://outside.example/look?from=sample'); });
	button('do-flood', function () {
		for (var n = 0; n < 100000; n++) parent.postMessage('{"__proto__":{"polluted":true},"n":' + n + '}', '*');
		parent.postMessage(new Array(50 * 1024 * 1024).join('x'), '*');
		parent.postMessage({ openplatform: true }, '*');
		write('state', 'flooded');
	});

	// #state: ready, timeout, or the message of the error. After a timeout the library replaces the page.
	OP.init(function (err, meta) {
		if (err) {
			document.title = 'Sample: ' + err;
			return;
		}
		write('init', meta);
		write('state', OP.ready ? 'ready' : 'refused');
		ask('/v1/grant', 'grant');
	});
})();
