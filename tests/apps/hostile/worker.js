// Does nothing; that it could be registered at all is what counts.
self.addEventListener('fetch', function () {});
