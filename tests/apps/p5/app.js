(function () {
	'use strict';
	if (window.APP)
		begin();
	else
		PAGE.library('/iframe.js', begin);

	function begin() {
		PAGE.methods({
			vault: function (answered) { APP.vault('/v1/grant', answered); },
			play: function () { APP.play('done'); },
			success: function () { APP.success('Went well, five'); },
			warning: function () { APP.warning('Take care, five'); },
			error: function () { APP.error('Five went wrong'); },
			copy: function () { APP.copy('copied by five'); },
			path: function () { APP.path('/orders/5'); },
			open: function () { APP.open('My Backpack', '/weeks'); },
			focus: function () { APP.focus(); },
			refresh: function () { APP.refresh(); },
			refresh_account: function () { APP.refresh_account(); },
			feedback: function () { APP.feedback(); },
			restart: function () { APP.restart(); },
			close: function () { APP.close(); }
		});
		PAGE.events(APP.on, ['init', 'appearance', 'path', 'mobilemenu', 'close', 'minimize', 'maximize', 'resize', 'notify', 'share', 'link', 'command', 'print', 'help', 'changelog', 'options', 'revision', 'app.open', 'app.close']);
		APP.on('init', function () { PAGE.state('ready', { token: location.search.indexOf('~') > 0 || location.search.indexOf('%7E') > 0 }); });
	}
})();
