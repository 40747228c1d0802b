(function () {
	'use strict';
	if (window.OP)
		begin();
	else
		PAGE.library('/openplatform.min@4.js', begin);

	function begin() {
		PAGE.methods({
			meta: function (answered) { OP.meta(answered); },
			vault: function (answered) { OP.vault('/v1/grant', answered); },
			loading: function () { OP.loading(true, 'Counting to four'); },
			loaded: function () { OP.loading(false); },
			loading2: function () { OP.loading2(true); },
			loaded2: function () { OP.loading2(false); },
			progress: function () { OP.progress(40); },
			progressed: function () { OP.progress(0); },
			busy: function () { OP.busy(true); },
			offline: function () {
				OP.offline('Four has no line');
				setTimeout(function () { OP.offline(false); }, 3000);
			},
			message: function () { OP.message('A word of four', 'info', 'Fine'); },
			success: function () { OP.success('Went well, four'); },
			warning: function () { OP.warning('Take care, four', 'OK'); },
			snackbar: function () { OP.snackbar('Just so, four', 'waiting'); },
			confirm: function (answered) { OP.confirm('Is it four?', ['Yes', 'No'], answered); },
			confirm2: function (answered) { OP.confirm2('Is it four at last?', ['Yes', 'No'], answered); },
			approve: function (answered) { OP.approve('Let it be four', 'So be it', answered); },
			titlesuccess: function () { OP.titlesuccess('Four saved'); },
			titlewarning: function () { OP.titlewarning('Four was late'); },
			console: function () { OP.console('info', 'A line of four', true); },
			success2: function () { OP.success2('Good line of four'); },
			warning2: function () { OP.warning2('Careful line of four'); },
			error2: function () { OP.error2('Bad line of four'); },
			info2: function () { OP.info2('Plain line of four', true); },
			log: function () { OP.log('Logged by four'); },
			done: function (answered) { OP.done('Four is done', answered)({ id: 4 }); },
			failed: function () { OP.done('Never said', function () {})([{ name: 'a', error: 'Four went wrong' }]); },
			notify: function () { OP.notify(1, 'A notice of four', 'order-4'); },
			badge: function () { OP.badge(true); },
			help: function () { OP.help('# Help of four'); },
			changelog: function () { OP.changelog('# Changes of four'); },
			report: function () { OP.report('bug', 'Four broke', true); },
			configSave: function (answered) { OP.config({ four: [4] }, answered); },
			configRead: function (answered) { OP.config(answered); },
			launched: function (answered) { OP.launched(answered); },
			appearance: function () { OP.appearance(); },
			link: function (answered) { answered(OP.link('/orders/4', { a: 4 })); },
			clipboard: function () { OP.clipboard('copied by four'); },
			share: function () { OP.share('My Backpack', 'note', { from: 'four' }); },
			open: function () { OP.open('My Backpack', { from: 'four' }); },
			play: function () { OP.play('phone'); },
			stop: function () { OP.stop('phone'); },
			command: function () { OP.command('own', { a: 4 }); },
			install: function () { OP.install('https://127.0.0.1:1/openplatform.json'); },
			mail: function () { OP.mail('a@b.example', 'Subject', 'Body'); },
			shake: function () { OP.shake(); },
			focus: function () { OP.focus(); },
			maximize: function () { OP.maximize(); },
			minimize: function () { OP.minimize(); },
			restart: function () { OP.restart(); },
			close: function () { OP.close(); }
		});
		OP.options(function (items) { items.push({ name: 'First of four', value: 1 }, { name: 'Second of four', value: 2 }); }, function (item) {
			document.getElementById('events').insertAdjacentHTML('beforeend', '<li data-event="chosen"></li>');
			document.querySelector('#events li:last-child').textContent = 'chosen ' + JSON.stringify(item);
		});
		PAGE.events(OP.on, ['ready', 'minimize', 'maximize', 'close', 'menu', 'resize', 'notify', 'share', 'link', 'command', 'appearance', 'print', 'help', 'changelog', 'revision', 'app.open', 'app.close']);
		OP.init(function (err, meta) {
			if (!err)
				PAGE.state('ready', meta);
		});
	}
})();
