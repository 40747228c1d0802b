PAGE.methods({
	meta: function (answered) { OP.meta(answered); },
	loading: function () { OP.loading(true, 'Counting to three'); },
	loaded: function () { OP.loading(false); },
	loading2: function () { OP.loading2(true); },
	loaded2: function () { OP.loading2(false); },
	progress: function () { OP.progress(30); },
	progressed: function () { OP.progress(0); },
	message: function () { OP.message('A word of three', 'success', 'Fine'); },
	success: function () { OP.success('Went well, three'); },
	warning: function () { OP.warning('Take care, three', 'OK'); },
	confirm: function (answered) { OP.confirm('Is it three?', ['"check" Yes', '#FF0000 No'], answered); },
	notify: function () { OP.notify(2, 'A notice of three', 'order-3'); },
	badge: function () { OP.badge(true); },
	log: function () { OP.log('A line of three'); },
	appearance: function () { OP.appearance(); },
	configSave: function (answered) { OP.config({ three: [3] }, answered); },
	configRead: function (answered) { OP.config(answered); },
	launched: function (answered) { OP.launched(answered); },
	play: function () { OP.play('beep'); },
	stop: function () { OP.stop('beep'); },
	email: function () { OP.email('Subject', 'Body'); },
	screenshot: function () { OP.screenshot('data:image/jpeg;base64,AA'); },
	shake: function () { OP.shake(); },
	focus: function () { OP.focus(); },
	share: function () { OP.share('My Backpack', 'note', { from: 'three' }); },
	open: function () { OP.open('My Backpack', { from: 'three' }); },
	maximize: function () { OP.maximize(); },
	minimize: function () { OP.minimize(); },
	restart: function () { OP.restart(); },
	close: function () { OP.close(); }
});
PAGE.events(OP.on, ['ready', 'minimize', 'maximize', 'close', 'resize', 'notify', 'revision', 'share', 'appearance', 'menu', 'print', 'help', 'changelog', 'app.open', 'app.close']);
OP.init(function (err, meta) {
	if (!err)
		PAGE.state('ready', meta);
});
