"""A real SMTP server on loopback: its first line on stdout is its port, each further line a mail that it took.

Arguments, as one JSON object: security (none, starttls, tls), certificate, key, user, password, mode (ok, defer, refuse, hangup).
It ends with its standard input.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

OPTIONS = json.loads(sys.argv[1])


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        mode = OPTIONS.get("mode", "ok")
        if mode == "defer":
            return "450 4.2.1 Try again later"
        if mode == "refuse":
            return "550 5.1.1 Nobody of that name"
        if mode == "hangup":
            server.transport.close()
            return "421 4.3.0 Going away"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        encrypted = session.ssl is not None or OPTIONS["security"] == "tls"
        content = envelope.content.decode("utf-8", "replace")
        say({"from": envelope.mail_from, "to": envelope.rcpt_tos, "encrypted": encrypted, "login": session.authenticated, "content": content})
        return "250 2.0.0 Taken"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == OPTIONS["user"].encode() and data.password == OPTIONS["password"].encode()
    return AuthResult(success=good, handled=False)


async def main():
    security = OPTIONS["security"]
    context = None
    if security != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(OPTIONS["certificate"], OPTIONS["key"])
    login = {}
    if OPTIONS.get("user"):
        login = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    if security == "starttls":
        login |= {"tls_context": context, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), hostname="mail.test", **login), "127.0.0.1", 0, ssl=context if security == "tls" else None
    )
    say({"port": server.sockets[0].getsockname()[1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
