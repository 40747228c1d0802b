// The library of version 431: it posts to the window around its frame and names its origin with the port.
(function () {
	'use strict';
	var OP = WIRE({
		version: 431,
		target: parent,
		origin: location.origin,
		patience: 2000,
		gated: true,
		token: WIRE.token
	}).plain('minimize maximize play stop badge busy offline focus log shake progress appearance loading2 clipboard titlesuccess titlewarning');

	function wrap(names, fields) {
		names.split(' ').forEach(function (name) {
			OP[name] = function () {
				var args = arguments;
				var body = {};
				fields.split(' ').forEach(function (field, index) { body[field] = args[index]; });
				return OP.send(name, body);
			};
		});
	}

	wrap('message', 'body type button');
	wrap('help changelog', 'body');
	wrap('command', 'type body');
	wrap('report', 'type body high');
	wrap('open', 'id body');

	OP.close = function () { return OP.send('kill'); };
	OP.restart = function () { return OP.send('restart', location.href); };
	OP.loading = function (visible, text) { return OP.send('loading', { show: visible, text: text || '' }); };
	OP.snackbar = function (text, type, button) { return OP.send('snackbar', { body: text, type: type, button: button }, button && function () {}); };
	OP.success = function (text, button) { return OP.snackbar(text, 'success', button); };
	OP.warning = function (text, button) { return OP.snackbar(text, 'warning', button); };
	OP.confirm = function (text, buttons, callback) { return OP.send('confirm', { body: text, buttons: buttons }, function (body) { callback(body.index); }); };
	OP.confirm2 = function (text, buttons, callback) { return OP.confirm(text, buttons, function (index) { index === 0 && callback(index); }); };
	OP.approve = function (text, button, callback) { return OP.confirm(text, [button], callback); };
	OP.console = function (type, text, show) { return OP.send('console', { type: type, msg: text, show: show }); };
	['success', 'warning', 'error', 'info'].forEach(function (type) {
		OP[type + '2'] = function (text, show) { return OP.console(type, text, show); };
	});
	OP.done = function (message, callback) {
		return function (response, err) {
			if (response instanceof Array)
				OP.send('done', response);
			else {
				OP.send('done', message);
				callback(response, err);
			}
		};
	};
	OP.notify = function (type, body, data) { return OP.send('notify', { type: type, body: body, data: data || '', dtcreated: new Date() }); };
	OP.share = function (app, type, body, silent) {
		setTimeout(function () { OP.send('share', { app: app, type: type, body: body, dtcreated: new Date(), silent: silent }); }, 100);
		return OP;
	};
	OP.mail = function (to, subject, body, type) { return OP.send('mail', { email: to, subject: subject, body: body, type: type || 'plain', dtcreated: new Date() }); };
	OP.install = function (url) { return OP.send('install', { type: 'install', url: url }); };
	OP.launched = function (callback) { return OP.send('launched', function (body, error) { callback(error, body); }); };
	OP.config = function (value, callback) {
		return typeof value === 'function' ? OP.send('config', { body: null }, value) : OP.send('config', { body: JSON.stringify(value) }, callback);
	};
	OP.meta = function (callback) {
		return OP.send('meta', { ua: navigator.userAgent, accesstoken: OP.accesstoken }, function (body, error) { callback(error, body); });
	};
	OP.options = function (fill, callback) {
		return OP.on('options', function () {
			var items = [];
			fill(items);
			OP.send('options', items, callback);
		});
	};
	OP.link = function (path, data) {
		var json = JSON.stringify({ id: OP.id, path: path, data: data }).slice(1, -1);
		return OP.openplatformurl + '?share=' + btoa(encodeURIComponent(json));
	};
	OP.vault = function (path, callback) {
		return OP.send('vault', { get: path }, function (body) { callback(body.status === 200 ? null : body, body.json); });
	};
})();
