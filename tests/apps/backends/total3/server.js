// An app of OpenPlatform 3 on Total.js 3.
'use strict';

require('total.js');
const { answered, start } = require('../app.js');

/** What a page of ours answers, by the framework's controller. */
function page(answer) {
  return function controller() {
    const { query, body, req } = this;
    answer({ query, body, headers: req.headers })
      .then(({ status, json }) => {
        this.status = status;
        this.json(json);
      })
      .catch((error) => this.throw500(error));
  };
}

const framework = {
  route(method, path, answer) {
    F.route(path, page(answer), method === 'POST' ? ['post', 'json'] : ['get']);
  },
  request(method, url, headers, body) {
    return new Promise((resolve, reject) => {
      const flags = [method.toLowerCase(), ...(body ? ['json'] : [])];
      U.request(url, flags, body && JSON.parse(body), (error, data, status, given) => (error ? reject(error) : resolve(answered(status, given, data))), null, headers);
    });
  },
  listen(port) {
    return new Promise((resolve) => {
      ON('ready', resolve);
      F.http('release', { port, ip: '127.0.0.1' });
    });
  },
};

start(framework, 3);
