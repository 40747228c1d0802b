"""Tokens minted and checked per second by PyJWT, with the same claims and the same kinds of keys."""

import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

SECONDS = 3
HOST = "http://127.0.0.1:20001/core"
RSA = rsa.generate_private_key(65537, 3072)
KEYS = {"RS256": RSA, "PS256": RSA, "ES256": ec.generate_private_key(ec.SECP256R1())}


def claims():
    now = int(time.time())
    return {
        "iss": HOST,
        "sub": "0b9f2c5e-1111-4222-8333-444455556666",
        "aud": "steps-insight",
        "exp": now + 600,
        "iat": now,
        "jti": "0b9f2c5e-2222-4222-8333-444455556666",
        "org_id": "personal",
        "app_id": "steps",
        "session_id": "9f3e0000-1111-4222-8333-444455556666",
        "purpose": "access",
        "auth_type": "vault_unlock",
        "permissions": "",
        "scope": "vault:health.steps:get vault:profile.first_name:get",
        "anonymous": False,
        "authenticated": False,
        "service": False,
        "first_party": False,
        "admin": False,
        "system": False,
    }


def per_second(one):
    start, times = time.monotonic(), 0
    while time.monotonic() - start < SECONDS:
        one()
        times += 1
    return times / (time.monotonic() - start)


for alg, key in KEYS.items():
    def mint():
        return jwt.encode(claims(), key, algorithm=alg, headers={"kid": "SHA256:x"})

    token, public = mint(), key.public_key()
    print("%s minted %.1f" % (alg, per_second(mint)))
    checked = per_second(
        lambda: jwt.decode(token, public, algorithms=[alg], audience="steps-insight", issuer=HOST)
    )
    print("%s checked %.1f" % (alg, checked))
