PAGE.methods({
	meta: function (answered) { OP.meta(answered); },
	loading: function () { OP.loading(true); },
	loaded: function () { OP.loading(false); },
	message: function () { OP.message('A word of two', 'warning'); },
	notify: function () { OP.notify(1, 'A notice of two', 'order-2'); },
	play: function () { OP.play('done'); },
	stop: function () { OP.stop('done'); },
	email: function () { OP.email('Subject', 'Body'); },
	open: function () { OP.open('My Backpack', { from: 'two' }); },
	maximize: function () { OP.maximize(); },
	minimize: function () { OP.minimize(); },
	restart: function () { OP.restart(); },
	close: function () { OP.close(); }
});
PAGE.events(OP.on, ['ready', 'minimize', 'maximize', 'close', 'resize', 'notify', 'revision', 'share', 'appearance', 'menu', 'print', 'help', 'changelog']);
OP.init(function (err, meta) {
	if (!err)
		PAGE.state('ready', meta);
});
