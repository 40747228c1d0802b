// Loaded before the program of somebody else (`node --require`): keeps all that reaches it over HTTP, what it is asked and what it is answered,
// in the folder `RECEIVED`, in a file that has the name of the party (`RECEIVED_AS`, or the `party` of the server that was asked).
'use strict';

const { appendFileSync } = require('node:fs');
const http = require('node:http');
const { join } = require('node:path');

const { RECEIVED: folder, RECEIVED_AS: own = '_' } = process.env;

if (folder) {
  const keep = (party, ...pieces) => {
    for (const piece of pieces) appendFileSync(join(folder, party ?? own), piece);
  };

  const emit = http.Server.prototype.emit;
  http.Server.prototype.emit = function (event, request, ...rest) {
    if (event === 'request') {
      request.party = this.party;
      keep(this.party, `\n${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}\n`);
    }
    return emit.call(this, event, request, ...rest);
  };

  // Bodies of what it is asked, and of what it is answered, come in here piece by piece.
  const push = http.IncomingMessage.prototype.push;
  http.IncomingMessage.prototype.push = function (piece, ...rest) {
    if (piece) keep(this.party, piece);
    return push.call(this, piece, ...rest);
  };

  const ask = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const answer = await ask(...request);
    keep(undefined, '\n', Buffer.from(await answer.clone().arrayBuffer()), JSON.stringify([...answer.headers]));
    return answer;
  };
}
