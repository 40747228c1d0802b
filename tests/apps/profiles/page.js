// The page of every profile's app: a button `do-NAME` per method, what came back in `out-NAME`, events in `events`, the handshake in `state`.
window.PAGE = (function () {
	'use strict';

	function write(id, value) {
		document.getElementById(id).textContent = typeof value === 'string' ? value : JSON.stringify(value === undefined ? null : value);
	}

	function element(kind, id, text) {
		var node = document.createElement(kind);
		node.id = id;
		node.textContent = text;
		return node;
	}

	return {
		state: function (text, meta) {
			write('state', text);
			if (meta)
				write('init', meta);
		},

		/** `name: function (answered)`; what is answered, or else returned, is written down. */
		methods: function (methods) {
			Object.keys(methods).forEach(function (name) {
				var button = element('button', 'do-' + name, name);
				var out = element('dd', 'out-' + name, '');
				button.onclick = function () {
					out.textContent = 'waiting';
					methods[name](function () {
						write(out.id, Array.prototype.slice.call(arguments));
					});
				};
				document.getElementById('buttons').appendChild(button);
				var row = document.createElement('dt');
				row.textContent = name;
				document.getElementById('answers').append(row, out);
			});
		},

		/** Listens to every event; a line each: the name and its arguments. */
		events: function (on, names) {
			names.forEach(function (name) {
				on(name, function () {
					var line = document.createElement('li');
					line.dataset.event = name;
					line.textContent = name + ' ' + JSON.stringify(Array.prototype.slice.call(arguments));
					document.getElementById('events').appendChild(line);
				});
			});
		},

		/** The library that the host serves, and then what needs it. */
		library: function (file, then) {
			var argument = decodeURIComponent((/[?&]openplatform=([^&#]*)/.exec(location.search) || [])[1] || '');
			var script = document.createElement('script');
			script.src = new URL(argument).origin + file;
			script.onload = then;
			script.onerror = function () { write('state', 'no library'); };
			document.head.appendChild(script);
		}
	};
})();
