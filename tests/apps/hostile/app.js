// Every attempt writes one line: <li id="try-NAME" data-outcome="held|broken">what happened</li>. `held` is what the host should see to.
// #state ends as "done". Nothing here uses the client library: an attacker would not.
(function () {
	'use strict';

	var WAIT = 1500;
	var TOKEN = token();
	var waiting = {};
	var count = 0;

	function token() {
		var match = /[?&]openplatform=([^&#]*)/.exec(location.search);
		var value = match ? decodeURIComponent(match[1]) : '';
		return decodeURIComponent(value.substring(value.indexOf('token=') + 6));
	}

	function report(name, held, text) {
		var line = document.getElementById('try-' + name) || document.createElement('li');
		line.id = 'try-' + name;
		line.dataset.outcome = held ? 'held' : 'broken';
		line.textContent = name + ': ' + (held ? 'held' : 'BROKEN') + ', ' + text;
		document.getElementById('results').append(line);
	}

	function envelope(type, body, changes) {
		count++;
		return Object.assign({ openplatform: true, accesstoken: TOKEN, type: type, body: body, sender: true, origin: location.origin, callback: 'hostile' + count }, changes);
	}

	// Resolves with the answer, or null after a while.
	function send(data, id, from) {
		return new Promise(function (resolve) {
			waiting[id] = resolve;
			setTimeout(function () { resolve(null); }, WAIT);
			(from || window.parent).postMessage(data, '*');
		});
	}

	function post(message) {
		return send(JSON.stringify(message), message.callback);
	}

	window.addEventListener('message', function (event) {
		try {
			var message = typeof event.data === 'string' ? JSON.parse(event.data) : event.data;
			if (waiting[message.callback])
				waiting[message.callback](message);
		} catch (e) { /* not for us */ }
	});

	async function silence(name, promise) {
		var answer = await promise;
		report(name, answer === null, answer === null ? 'no answer' : 'answered ' + JSON.stringify(answer).substring(0, 120));
	}

	async function denied(name, path) {
		var answer = await post(envelope('vault', { get: path }));
		var status = answer && answer.body ? answer.body.status : 0;
		report(name, status !== 200, answer ? 'status ' + status : 'no answer');
	}

	function throws(name, attempt) {
		try {
			var value = attempt();
			report(name, value === undefined || value === null, 'got ' + typeof value);
		} catch (e) {
			report(name, true, e.name);
		}
	}

	async function messages() {
		await silence('wrong-token', post(envelope('vault', { get: '/v1/records?kind=work' }, { accesstoken: 'wrong' })));
		await silence('no-token', post(envelope('verify', { ua: navigator.userAgent }, { accesstoken: undefined })));
		await silence('other-opening', post(envelope('vault', { get: '/v1/grant' }, { accesstoken: TOKEN.split('').reverse().join('') })));
		await silence('other-origin', post(envelope('verify', { ua: navigator.userAgent }, { origin: 'tauri://localhost' })));
		await silence('no-marker', post(envelope('verify', { ua: navigator.userAgent }, { openplatform: 'yes' })));
		var object = envelope('verify', { ua: navigator.userAgent });
		await silence('object', send(object, object.callback));
		var big = envelope('verify', { ua: new Array(2 * 1024 * 1024 + 1).join('x') });
		await silence('two-megabytes', send(JSON.stringify(big), big.callback));
		await silence('not-json', send('{"openplatform":true,', 'none'));
		await silence('child-frame', fromChild());
		await denied('path-outside', '/core/auth/login');
		await denied('path-traversal', '/v1/../gigdata/api/Platform');
		await denied('path-absolute', 'http://127.0.0.1:1/v1/records?kind=work');
		await denied('path-object', { toString: 'x' });
	}

	// A frame inside this frame, of another origin, with the right token: it is not the app's window.
	function fromChild() {
		return new Promise(function (resolve) {
			var child = document.createElement('iframe');
			child.sandbox = 'allow-scripts';
			child.style.display = 'none';
			var message = JSON.stringify(envelope('verify', { ua: navigator.userAgent }));
			child.srcdoc = '<script>onmessage=function(e){parent.postMessage({callback:"child",data:String(e.data)},"*")};'
				+ 'top.postMessage(' + JSON.stringify(message).replace(/</g, '\\u003c') + ',"*")<' + '/script>';
			waiting['child'] = resolve;
			setTimeout(function () { resolve(null); }, WAIT);
			document.body.append(child);
		});
	}

	function reach() {
		throws('parent-document', function () { return window.parent.document; });
		throws('top-location-read', function () { return window.top.location.href; });
		throws('parent-storage', function () { return window.parent.localStorage; });
		throws('tauri-globals', function () { return window.__TAURI__ || window.__TAURI_INTERNALS__ && window.__TAURI_INTERNALS__.invoke; });
		throws('parent-tauri', function () { return window.parent.__TAURI_INTERNALS__; });
		throws('opener', function () { return window.opener; });
		throws('popup', function () {
			var opened = window.open('http://127.0.0.1:9/', '_blank');
			if (opened) opened.close();
			return opened;
		});
	}

	// Engines refuse this with an error or in silence. If they did not, this page would be gone before the line is written.
	function takeWindow(name) {
		try {
			window.top.location = 'http://127.0.0.1:9/taken';
		} catch (e) { /* refused */ }
		setTimeout(function () { report(name, true, 'still here'); }, WAIT);
	}

	// The engine gives every frame this door. What is behind it is decided by the rights of the window and by a key that is not known here.
	function knock() {
		var door = window.webkit && window.webkit.messageHandlers && window.webkit.messageHandlers.ipc;
		if (!door)
			return report('ipc', true, 'no door in this engine');
		var keys = ['', 'guess', 'undefined', '0', new Array(21).join('a')];
		var commands = ['vault_status', 'vault_lock', 'records_page', 'plugin:vault|vault_lock', 'plugin:vault|vault_status', 'plugin:records|overview', 'plugin:consent|consent_share', 'plugin:bridge|frame_message', 'plugin:event|listen', 'plugin:window|close'];
		var answers = 0;
		commands.forEach(function (cmd) {
			keys.forEach(function (key) {
				var id = ++count;
				window['_' + id] = function () { answers++; };
				try {
					door.postMessage(JSON.stringify({ cmd: cmd, callback: id, error: id, payload: {}, options: {}, __TAURI_INVOKE_KEY__: key }));
				} catch (e) { /* refused at the door */ }
			});
		});
		return new Promise(function (resolve) {
			setTimeout(function () {
				report('ipc', answers === 0, commands.length * keys.length + ' guesses, ' + answers + ' answers here');
				resolve();
			}, WAIT);
		});
	}

	async function fetches() {
		var base = decodeURIComponent(((/[?&]openplatform=([^&#]*)/.exec(location.search) || [])[1] || '')).split('/verify/')[0];
		var addresses = { 'fetch-ipc': 'ipc://localhost/vault_status', 'fetch-ipc-http': 'http://ipc.localhost/vault_status', 'fetch-host-page': 'tauri://localhost/index.html', 'fetch-gateway': base + '/v1/records?kind=work' };
		for (var name in addresses) {
			try {
				var answer = await fetch(addresses[name]);
				report(name, !answer.ok, 'status ' + answer.status);
			} catch (e) {
				report(name, true, e.name);
			}
		}
	}

	document.getElementById('do-ungranted').addEventListener('click', async function () {
		await denied('ungranted-tax', '/v1/profile?fields=tax_id');
		await denied('ungranted-payments', '/v1/records?kind=payment');
		document.getElementById('state').textContent = 'asked';
	});
	document.getElementById('do-flood').addEventListener('click', async function () {
		var first = envelope('meta', { ua: navigator.userAgent });
		for (var i = 0; i < 5000; i++)
			window.parent.postMessage(JSON.stringify(envelope('notify', { type: 0, body: 'Flood ' + i, data: '', dtcreated: new Date() })), '*');
		var answer = await post(first);
		report('flood', true, answer ? 'answered after 5000 messages' : 'no answer after 5000 messages');
		document.getElementById('state').textContent = 'flooded';
	});
	document.getElementById('do-leave').addEventListener('click', function () {
		location.href = 'http://127.0.0.1:9/elsewhere';
		setTimeout(function () { report('leave', true, 'still here'); }, WAIT);
	});
	document.getElementById('do-top').addEventListener('click', function () { takeWindow('top-after-click'); });

	(async function () {
		// The host must know the app for the rest to mean anything.
		var hello = await post(envelope('verify', { ua: navigator.userAgent }));
		report('verify', true, hello ? 'admitted' : 'no answer');
		reach();
		takeWindow('top-location-write');
		await messages();
		await knock();
		await fetches();
		await new Promise(function (resolve) { setTimeout(resolve, WAIT); });
		document.getElementById('state').textContent = 'done';
	})();
})();
