// What a page can leave behind for another: `keep` leaves a mark in every place of the engine, `found` looks for it there. Each place ends as
// "kept" or why not, and as "found", "-" or why not.
(function () {
	'use strict';

	var MARK = 'satchel-keeper';
	var PATIENCE = 1500;

	function within(promise) {
		return Promise.race([promise, new Promise(function (resolve, reject) { setTimeout(reject, PATIENCE, new Error('no answer')); })]);
	}

	function database(write) {
		return new Promise(function (resolve, reject) {
			var request = indexedDB.open(MARK, 1);
			request.onupgradeneeded = function () { request.result.createObjectStore('marks'); };
			request.onerror = function () { reject(request.error); };
			request.onsuccess = function () {
				var store = request.result.transaction('marks', write ? 'readwrite' : 'readonly').objectStore('marks');
				var act = write ? store.put(1, MARK) : store.get(MARK);
				act.onsuccess = function () { resolve(act.result); request.result.close(); };
				act.onerror = function () { reject(act.error); };
			};
		});
	}

	function channel() { return new BroadcastChannel(MARK); }

	var WORKER = 'var marks = 0; onconnect = function (event) { var port = event.ports[0]; port.onmessage = function (message) { if (message.data === "keep") marks++; port.postMessage(marks); }; };';

	function worker(word) {
		return new Promise(function (resolve, reject) {
			var shared = new SharedWorker('data:text/javascript,' + encodeURIComponent(WORKER), MARK);
			shared.onerror = function () { reject(new Error('refused')); };
			shared.port.onmessage = function (event) { resolve(event.data); };
			shared.port.postMessage(word);
		});
	}

	var places = {
		localStorage: [function () { localStorage.setItem(MARK, '1'); }, function () { return localStorage.getItem(MARK); }],
		sessionStorage: [function () { sessionStorage.setItem(MARK, '1'); }, function () { return sessionStorage.getItem(MARK); }],
		cookie: [function () { document.cookie = MARK + '=1; path=/'; if (!document.cookie) throw new Error('refused'); }, function () { return document.cookie; }],
		indexedDB: [function () { return database(true); }, function () { return database(false); }],
		caches: [
			function () { return caches.open(MARK).then(function (cache) { return cache.put('/' + MARK, new Response('1')); }); },
			function () { return caches.match('/' + MARK); }
		],
		files: [
			function () { return navigator.storage.getDirectory().then(function (folder) { return folder.getFileHandle(MARK, { create: true }); }); },
			function () { return navigator.storage.getDirectory().then(function (folder) { return folder.getFileHandle(MARK); }).catch(function (e) { if (e.name !== 'NotFoundError') throw e; }); }
		],
		broadcast: [
			function () { window.keeper = channel(); window.keeper.onmessage = function (event) { if (event.data === 'who') window.keeper.postMessage('me'); }; },
			function () {
				return new Promise(function (resolve) {
					var other = channel();
					other.onmessage = function (event) { if (event.data === 'me') resolve('heard'); };
					other.postMessage('who');
					setTimeout(resolve, PATIENCE / 2, null);
				});
			}
		],
		sharedWorker: [function () { return worker('keep'); }, function () { return worker('look'); }],
		serviceWorker: [
			function () { return navigator.serviceWorker.register('worker.js'); },
			function () { return navigator.serviceWorker.getRegistrations().then(function (all) { return all.length; }); }
		],
		windowName: [function () { window.name = MARK; }, function () { return window.name === MARK; }]
	};

	async function all(turn, said) {
		var result = {};
		for (var place in places) {
			try {
				result[place] = said(await within(Promise.resolve(places[place][turn]())));
			} catch (e) {
				result[place] = e.name + ': ' + e.message;
			}
		}
		return result;
	}

	window.keep = function () { return all(0, function () { return 'kept'; }); };
	window.found = function () { return all(1, function (value) { return value ? 'found' : '-'; }); };
})();
