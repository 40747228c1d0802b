// An app of OpenPlatform 5 on Total.js 5.
'use strict';

require('total5');
const { answered, start } = require('../app.js');

const framework = {
  route(method, path, answer) {
    ROUTE(`${method} ${path}`, ($) => {
      const { query, body, headers } = $;
      answer({ query, body, headers })
        .then(({ status, json }) => {
          $.response.status = status;
          $.json(json);
        })
        .catch((error) => $.invalid(error));
    });
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
      Total.http({ port, ip: '127.0.0.1' });
    });
  },
};

start(framework, 5);
