// Gigs per month, read from the vault with what the person shares.
(() => {
	'use strict';

	const words = document.getElementById('words');
	const list = document.getElementById('months');

	if (window.OP)
		begin();
	else
		takeFromHost();

	function begin() {
		OP.init((err, meta) => {
			if (err)
				return;
			if (meta.mode === 'test')
				document.querySelector('h1').textContent += ' (made up)';
			OP.appearance();
			read();
		});
		// What the person shares with this app has changed.
		OP.on('revision', read);
	}

	function read() {
		OP.loading(true, 'Reading your months');
		OP.vault('/v1/summary?by=month', (err, answer) => {
			OP.loading(false);
			if (err)
				show([], err.code === 'consent_denied' ? 'You share nothing with this app yet.' : `Nothing could be read: ${err.message}`);
			else
				show(byMonth(answer.periods));
		});
	}

	// A period is of one platform; those of a month belong together.
	function byMonth(periods) {
		const months = new Map();
		for (const { from, gigs } of periods) {
			const month = from.slice(0, 7);
			months.set(month, (months.get(month) || 0) + gigs);
		}
		return [...months].sort(([a], [b]) => b.localeCompare(a));
	}

	function show(months, instead) {
		const all = months.reduce((sum, [, gigs]) => sum + gigs, 0);
		const most = Math.max(1, ...months.map(([, gigs]) => gigs));
		const name = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });
		words.textContent = instead || (months.length ? `${all.toLocaleString()} gigs in ${months.length} months` : 'There are no gigs yet.');
		list.replaceChildren(...months.map(([month, gigs]) => {
			const meter = Object.assign(document.createElement('meter'), { max: most, value: gigs });
			meter.setAttribute('aria-hidden', 'true');
			const [line, count] = [document.createElement('li'), document.createElement('b')];
			count.textContent = gigs.toLocaleString();
			line.append(name.format(new Date(`${month}-01T00:00:00Z`)), meter, count);
			return line;
		}));
	}

	// The frame's address says where the host is, and every host serves its library.
	function takeFromHost() {
		const argument = new URLSearchParams(location.search).get('openplatform');
		if (!argument) {
			words.textContent = 'Open this page as an app of Satchel.';
			return;
		}
		const script = document.createElement('script');
		script.src = `${new URL(argument).origin}/openplatform.min.js`;
		script.onload = begin;
		document.head.append(script);
	}
})();
