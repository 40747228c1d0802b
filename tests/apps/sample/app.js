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
