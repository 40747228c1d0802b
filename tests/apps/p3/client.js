// The library of version 302: the token of an address, the topmost window, an origin without its port, 2000 ms, and everything waits for readiness.
(function () {
	'use strict';
	var OP = WIRE({
		version: 302,
		target: top,
		origin: location.protocol + '//' + location.hostname,
		patience: 2000,
		gated: true,
		token: WIRE.token
	}).plain('minimize maximize restart play stop badge focus log shake progress appearance loading2 screenshot');

	OP.close = function () { return OP.send('kill'); };
	OP.loading = function (visible, text) { return OP.send('loading', { show: visible, text: text || '' }); };
	OP.message = function (text, type, button) { return OP.send('message', { body: text, type: type, button: button }); };
	// With a button the library takes its text for the function that waits: an id that nobody answers.
	OP.snackbar = function (text, type, button) { return OP.send('snackbar', { body: text, type: type, button: button }, button && function () {}); };
	OP.success = function (text, button) { return OP.snackbar(text, 'success', button); };
	OP.warning = function (text, button) { return OP.snackbar(text, 'warning', button); };
	OP.confirm = function (text, buttons, callback) { return OP.send('confirm', { body: text, buttons: buttons }, function (body) { callback(body.index); }); };
	OP.notify = function (type, body, data) { return OP.send('notify', { type: type, body: body, data: data || '', datecreated: new Date() }); };
	OP.open = function (id, data) { return OP.send('open', { id: id, data: data }); };
	OP.share = function (app, type, body) { return OP.send('share', { app: app, type: type, body: body, datecreated: new Date() }); };
	OP.email = function (subject, body) { return OP.send('email', { subject: subject, body: body, datecreated: new Date() }); };
	OP.launched = function (callback) { return OP.send('launched', function (body, error) { callback(error, body); }); };
	OP.config = function (value, callback) {
		return typeof value === 'function' ? OP.send('config', { body: null }, value) : OP.send('config', { body: JSON.stringify(value) }, callback);
	};
	OP.meta = function (callback) {
		return OP.send('meta', { ua: navigator.userAgent, accesstoken: OP.accesstoken }, function (body, error) { callback(error, body); });
	};
})();
