// The library of version 5, as the specification tells it (3.7, 4.2).
window.APP = (function () {
	'use strict';
	var APP = { ready: false, events: {}, callbacks: {}, callbackindex: 0 };

	APP.send = function (message) {
		message.totalplatform = true;
		message.origin = location.origin + location.pathname;
		if (message.callback) {
			message.callbackid = String(APP.callbackindex++);
			APP.callbacks[message.callbackid] = message.callback;
			delete message.callback;
		}
		parent.postMessage(JSON.stringify(message), '*');
	};
	APP.on = function (name, handler) { (APP.events[name] = APP.events[name] || []).push(handler); };
	APP.emitforce = function (name) {
		var args = Array.prototype.slice.call(arguments, 1);
		(APP.events[name] || []).forEach(function (handler) { handler.apply(APP, args); });
	};

	'play success warning error focus path'.split(' ').forEach(function (type) {
		APP[type] = function (data) { APP.send({ TYPE: type, data: data }); };
	});
	'refresh refresh_account restart feedback close'.split(' ').forEach(function (type) {
		APP[type] = function () { APP.send({ TYPE: type }); };
	});
	APP.copy = function (text) { APP.send({ TYPE: 'clipboard', data: text }); };
	APP.open = function (app, path) { APP.send({ TYPE: 'open', app: app, path: path }); };
	APP.vault = function (path, callback) {
		APP.send({ TYPE: 'vault', data: { get: path }, callback: function (data) { callback(data.status === 200 ? null : data, data.json); } });
	};

	window.addEventListener('message', function (event) {
		if (event.source !== parent || typeof event.data !== 'string')
			return;
		var message = JSON.parse(event.data);
		if (message.callbackid !== undefined) {
			var callback = APP.callbacks[message.callbackid];
			delete APP.callbacks[message.callbackid];
			if (callback)
				callback(message.data, message.error);
		} else if (message.TYPE === 'event')
			APP.emitforce.apply(APP, [message.name].concat(message.args));
		else if (message.TYPE === 'path' || (message.TYPE === 'focus' && message.data))
			APP.emitforce('path', message.data, true);
		else {
			APP.ready = APP.ready || message.TYPE === 'init';
			APP.emitforce(message.TYPE, message.data);
		}
	});
	setTimeout(function () { APP.send({ TYPE: 'init' }); }, 2);
	return APP;
})();
