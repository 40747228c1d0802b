// An app of OpenPlatform 4 on Total.js 4.
'use strict';

require('total4');
const { answered, start } = require('../app.js');

/** What a page of ours answers, by the framework's controller. */
function page(answer) {
  return function controller() {
    const { query, body, headers } = this;
    answer({ query, body, headers })
      .then(({ status, json }) => {
        this.status = status;
        this.json(json);
      })
      .catch((error) => this.throw500(error));
  };
}

const framework = {
  route(method, path, answer) {
    ROUTE(`${method} ${path}`, page(answer));
  },
  request(method, url, headers, body) {
    return new Promise((resolve, reject) => {
      const callback = (error, response) => (error ? reject(error) : resolve(answered(response.status, response.headers, response.body)));
      REQUEST({ method, url, headers, body, callback });
    });
  },
  listen(port) {
    return new Promise((resolve) => {
      ON('ready', resolve);
      HTTP('release', { port, ip: '127.0.0.1' });
    });
  },
};

start(framework, 4);
