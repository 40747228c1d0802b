// The library of version 2.0: the argument is its token, it posts to the topmost window and waits for 1500 ms; nothing waits for readiness.
(function () {
	'use strict';
	var OP = WIRE({
		version: '2.0.0',
		target: top,
		origin: location.origin,
		patience: 1500,
		gated: false,
		token: decodeURIComponent
	}).plain('minimize maximize restart play stop');

	OP.close = function () { return OP.send('kill'); };
	OP.loading = function (visible) { return OP.send('loading', visible); };
	OP.message = function (text, type) { return OP.send('message', { body: text, type: type }); };
	OP.notify = function (type, body, url) { return OP.send('notify', { type: type, body: body, url: url || '', datecreated: new Date() }); };
	OP.open = function (id, data) { return OP.send('open', { id: id, data: data }); };
	OP.email = function (subject, body) { return OP.send('email', { subject: subject, body: body, datecreated: new Date() }); };
	OP.meta = function (callback) {
		return OP.send('meta', { ua: navigator.userAgent, accesstoken: OP.accesstoken }, function (body, error) { callback(error, body); });
	};
})();
