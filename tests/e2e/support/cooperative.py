"""A cooperative on loopback that runs the real `intercoop` library (PyPI): its target API, and its client.

Its first line on stdout says where it is and describes it; each line on stdin is an order, answered with one line. It ends with its
standard input. Arguments: its peer id, and a folder that it may write to.
"""

import io
import json
import logging
import os
import struct
import sys
import threading
import zlib

import requests
from werkzeug.serving import make_server
from yamlns import namespace as ns

from intercoop import crypto, packaging
from intercoop.apiclient import ApiClient
from intercoop.apiexample import IntercoopApi
from intercoop.keyring import KeyRing
from intercoop.peerinfo import PeerInfo
from intercoop.remoteuserinfo import RemoteUserInfo

PEER, FOLDER = sys.argv[1], sys.argv[2]
PEERS, STORED = os.path.join(FOLDER, "peers"), os.path.join(FOLDER, "stored")
for folder in (PEERS, STORED):
    os.makedirs(folder, exist_ok=True)
logging.getLogger("werkzeug").setLevel(logging.ERROR)
answers = os.fdopen(os.dup(1), "w")
# The library prints what it hears of failures: that is no answer.
os.dup2(2, 1)


class Known(KeyRing):
    """The ring that the library's own tests use: a peer that is not known is a KeyError, as `parse` wants it."""

    def get(self, key):
        try:
            return super().get(key)
        except Exception:
            raise KeyError(key)


class Closed(packaging.MessageError):
    "The office is closed: {}"


class Choosy(RemoteUserInfo):
    """Upstream asks nothing of what arrives; its README leaves that to the application, and the storage is what an application replaces.

    A rule names a field, a value that is not wanted (nothing: every one), the error and its arguments. The first that fits is answered.
    """

    rules = []
    own = {"Closed": Closed}

    def store(self, data={}, **kwds):
        for rule in self.rules:
            sent = data.get(rule["field"]) if rule["field"] else None
            if rule["value"] is None or rule["value"] in (sent if isinstance(sent, list) else [sent]):
                kind = self.own.get(rule["error"]) or getattr(packaging, rule["error"])
                raise kind(*rule["arguments"])
        return super().store(data, **kwds)


def say(value):
    answers.write(json.dumps(value, default=str) + "\n")
    answers.flush()


key = crypto.generateKey()
storage = Choosy(STORED)
strict = KeyRing(PeerInfo(PEERS))
kind = Known(PeerInfo(PEERS))
# Two targets: one with the ring as it is shipped, whose unknown peer is a 500, and one that answers as documented.


def png(side, colour):
    """A picture of one colour."""
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(colour) * side) * side
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


PICTURES = {"/logo.png": png(96, (40, 96, 58)), "/contract.png": png(300, (168, 67, 31))}


def keep(environ):
    """What reached it stays in a file, which the test looks at in the end."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    with open(os.path.join(os.environ["RECEIVED"], os.environ["RECEIVED_AS"]), "ab") as file:
        file.write(repr(sorted((name, value) for name, value in environ.items() if isinstance(value, str))).encode() + body)


def serve(ring):
    api = IntercoopApi("Raig", storage, ring)
    app = api.app if hasattr(api, "app") else api

    def answer(environ, start_response):
        keep(environ)
        if environ["PATH_INFO"] in PICTURES:
            start_response("200 OK", [("Content-Type", "image/png")])
            return [PICTURES[environ["PATH_INFO"]]]
        if not mood["dies"]:
            return app(environ, start_response)
        # It has read everything, and ends in the middle of what it says.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", "application/yaml"), ("Content-Length", "900")])
        return [b"uuid: 27dd"]

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    api.continuationUrlTmpl = "http://127.0.0.1:%d/continuation/{uuid}" % server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_port


mood = {"dies": False}
shipped, documented = serve(strict), serve(kind)


def descriptor(target):
    return ns(
        intercoopVersion="1.0",
        peerVersion=1,
        peerid=PEER,
        name="Raig SCCL",
        logo=target + "/logo.png",
        description=ns(es="Energía de sus socios", ca="Energia dels seus socis"),
        url=ns(es="https://raig.example/es", ca="https://raig.example/ca"),
        privacyPolicyUrl=ns(es="https://raig.example/es/privacidad", ca="https://raig.example/ca/privacitat"),
        services=ns(
            contract=ns(
                name=ns(es="Contratar la luz", ca="Contractar la llum"),
                description=ns(es="Cambia tu contrato", ca="Canvia el contracte"),
                image=target + "/contract.png",
                fields=["originpeer", "name", "nif", "address", "city", "state", "postalcode", "country", "email", "phone", "lang"],
            )
        ),
        targetUrl=target,
        publickey=key.publickey().exportKey("PEM").decode(),
    ).dump()


def stored():
    names = sorted(os.listdir(STORED), key=lambda name: os.path.getmtime(os.path.join(STORED, name)))
    return [ns.load(os.path.join(STORED, name)) for name in names]


def forged(values, how):
    """A package with one thing wrong."""
    if how == "tampered":
        message = ns.loads(packaging.generate(key, values))
        text = crypto.decode(message.payload)
        message.payload = crypto.encode(text + "extra: one\n")
        return message.dump()
    if how == "version":
        message = ns.loads(packaging.generate(key, values))
        message.intercoopVersion = "0.0"
        return message.dump()
    if how == "key":
        return packaging.generate(crypto.generateKey(), values)
    return packaging.generate(key, values)


class Forger(ApiClient):
    """The library's client, which sends what it is given."""

    status = None

    def send(self, message):
        original, post = packaging.generate, requests.post

        def posted(*arguments, **named):
            answer = post(*arguments, **named)
            self.status = answer.status_code
            return answer

        packaging.generate, requests.post = (lambda *_: message), posted
        try:
            return self.activateService("contract", ns())
        finally:
            packaging.generate, requests.post = original, post


def order(line):
    if "peer" in line:
        with open(os.path.join(PEERS, line["peer"] + ".yaml"), "w") as file:
            file.write(line["descriptor"])
        return {"known": line["peer"]}
    if "stored" in line:
        return {"stored": [dict(values) for values in stored()]}
    if "rules" in line:
        storage.rules = line["rules"]
        return {"rules": len(storage.rules)}
    if "dies" in line:
        mood["dies"] = line["dies"]
        return {"dies": mood["dies"]}
    if "version" in line:
        # Client and target of the library speak one version, which is a name of its module.
        packaging.protocolVersion = line["version"]
        return {"version": packaging.protocolVersion}
    if "read" in line:
        # Text that the vault wrote, as this library reads it.
        return {"read": [dict(ns.loads(text)) for text in line["read"]]}
    if "send" in line:
        values = ns(line["values"])
        client = Forger(line["send"], key)
        try:
            url = client.send(forged(values, line.get("how", "")))
            return {"continuation": url, "status": client.status}
        except packaging.MessageError as error:
            return {"error": type(error).__name__, "arguments": list(error.arguments), "words": str(error), "status": client.status}
    raise ValueError("an order that nobody knows")


say({"target": shipped, "documented": documented, "descriptor": descriptor(shipped), "documentedDescriptor": descriptor(documented)})
for text in sys.stdin:
    try:
        say(order(json.loads(text)))
    except Exception as error:
        say({"failed": repr(error)})
