"""Packages signed and opened per second by upstream's own library, with a key of 3072 bits."""

import time

from Crypto.PublicKey import RSA
from yamlns import namespace as ns

from intercoop import packaging

SECONDS = 3
KEY = RSA.generate(3072)
VALUES = ns(
    originpeer="qwertyuiopas",
    name="Núñez Ferrer, Mariona",
    nif="12345678Z",
    address="C/ de l'Àngel, 3: 2n 1a",
    city="Barcelona",
    postalcode="08001",
    country="ES",
    lang="ca",
)


class Ring:
    def get(self, peer):
        return KEY.publickey()


def per_second(one):
    start, times = time.monotonic(), 0
    while time.monotonic() - start < SECONDS:
        one()
        times += 1
    return times / (time.monotonic() - start)


package = packaging.generate(KEY, VALUES)
print("signed %.1f" % per_second(lambda: packaging.generate(KEY, VALUES)))
print("opened %.1f" % per_second(lambda: packaging.parse(Ring(), package)))
