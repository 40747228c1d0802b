"""What the libraries of Python say to tokens and signed requests: PyJWT, `jwcrypto`, and `cryptography` with the rules of the specification.

Its first line on stdout has its public keys, in all the forms that people write; each line on stdin is an order, answered with one line.
It ends with its standard input.
"""

import base64
import hashlib
import json
import sys
from datetime import datetime, timezone

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from jwcrypto import jwk
from jwcrypto import jwt as crypto_jwt

RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
PKCS1 = serialization.PublicFormat.PKCS1
COVERED = ["request-line", "host", "date", "digest", "content-length"]


def kid(key):
    form = PKCS1 if isinstance(key, rsa.RSAPublicKey) else SPKI
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.public_bytes(DER, form)).digest()).decode()


def own(alg):
    return EC_KEY if alg == "ES256" else RSA_KEY


def named(*members):
    """Members of which none stands twice."""
    found = {}
    for name, value in members:
        if name in found:
            raise ValueError("twice")
        found[name] = value
    return found


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# Tokens.


def with_pyjwt(order):
    key = jwt.PyJWKSet.from_dict(order["jwks"])[jwt.get_unverified_header(order["token"])["kid"]]
    wanted = {"require": ["exp", "iat", "iss", "aud", "sub"]}
    return jwt.decode(
        order["token"],
        key,
        algorithms=[order["alg"]],
        audience=order["audience"],
        issuer=order["issuer"],
        options=wanted,
    )


def with_pyjwt_and_pem(order):
    return jwt.decode(
        order["token"], order["pem"], algorithms=[order["alg"]], audience=order["audience"], issuer=order["issuer"]
    )


def with_jwcrypto(order):
    checks = {"iss": order["issuer"], "aud": order["audience"], "exp": None, "iat": None}
    key = jwk.JWK.from_pem(order["pem"].encode())
    read = crypto_jwt.JWT(key=key, jwt=order["token"], algs=[order["alg"]], check_claims=checks, expected_type="JWS")
    return json.loads(read.claims)


def verify(order):
    said = {}
    for library in (with_pyjwt, with_pyjwt_and_pem, with_jwcrypto):
        try:
            said[library.__name__] = library(order)
        except Exception as error:
            said[library.__name__] = None
            said["why " + library.__name__] = repr(error)
    return said


def pem(order):
    """The first key of a set as PEM."""
    key = jwt.PyJWKSet.from_dict(order["jwks"]).keys[0].key
    return {"pem": key.public_bytes(PEM, SPKI).decode()}


def mint(order):
    key = own(order["alg"])
    header = {"kid": kid(key.public_key()), "typ": "JWT"}
    return {"token": jwt.encode(order["claims"], key, algorithm=order["alg"], headers=header)}


# Requests, by the rules of the specification (4.2, and 9 rows 10, 11 and 13).


def raw_ecdsa(signature):
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def signature_fits(key, alg, signature, text):
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    longest = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    try:
        if alg == "RS256":
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        elif alg == "PS256":
            key.verify(signature, text, pss, hashes.SHA256())
        elif alg == "ES256":
            key.verify(raw_ecdsa(signature), text, ec.ECDSA(hashes.SHA256()))
        elif alg == "rsa-sha256":
            key.verify(signature, text, longest, hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def path_of(target):
    from urllib.parse import unquote

    return unquote(target.split("?")[0])


def text_of(request, covered):
    headers = named(*[(name, value) for name, value in request["headers"]])
    lines = []
    for name in covered:
        if name == "request-line":
            lines.append("%s %s HTTP/1.1" % (request["method"], path_of(request["target"])))
        else:
            lines.append("%s: %s" % (name, headers[name]))
    return "\n".join(lines).encode()


def check(order):
    """Whether a request holds, and else the first rule that it breaks."""
    key = serialization.load_pem_public_key(order["pem"].encode())
    headers = named(*[(name, value) for name, value in order["headers"]])
    body = base64.b64decode(order["body"])
    scheme, _, members = headers["authorization"].partition(" ")
    if scheme != "Signature":
        return "scheme"
    parts = named(*[part.split("=", 1) for part in members.split(",")])
    parts = {name: value.strip('"') for name, value in parts.items()}
    covered = parts["headers"].split(" ")
    if not set(COVERED) <= set(covered):
        return "covered"
    legacy = parts["algorithm"] == "rsa-sha256"
    if parts["keyId"] != kid(key) or parts["algorithm"] != (order["alg"] if not legacy else "rsa-sha256"):
        return "key"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if not body or headers["digest"] not in ("SHA256=" + digest, "SHA-256=" + digest):
        return "digest"
    if headers["content-length"] != str(len(body)):
        return "length"
    date = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
    if abs(order["now"] - date.timestamp()) > 300:
        return "date"
    if "?" in order["target"] and headers.get("x-request-target") != order["target"]:
        return "target"
    if legacy:
        signature = base64.b64decode(parts["signature"], validate=True)
    else:
        signature = base64.urlsafe_b64decode(parts["signature"] + "=" * (-len(parts["signature"]) % 4))
    fits = signature_fits(key, parts["algorithm"], signature, text_of(order, covered))
    return "holds" if fits else "signature"


def sign(order):
    """A request signed as the libraries do; `salt` makes it one of the older ones."""
    alg, body = order["alg"], base64.b64decode(order["body"])
    key = own(alg)
    older = "salt" in order
    digest = ("SHA-256=" if older else "SHA256=") + base64.b64encode(hashlib.sha256(body).digest()).decode()
    order["headers"] = [
        ["host", "127.0.0.1:20001"],
        ["date", order["date"]],
        ["digest", digest],
        ["content-length", str(len(body))],
    ]
    text = text_of(order, COVERED)
    if older:
        salt = padding.PSS.MAX_LENGTH if order["salt"] == "longest" else order["salt"]
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
        signature = base64.b64encode(key.sign(text, scheme, hashes.SHA256())).decode()
    elif alg == "RS256":
        signature = unpadded(key.sign(text, padding.PKCS1v15(), hashes.SHA256()))
    elif alg == "PS256":
        signature = unpadded(key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()))
    else:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        signature = unpadded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    value = 'Signature keyId="%s",algorithm="%s",headers="%s",signature="%s"' % (
        kid(key.public_key()),
        "rsa-sha256" if older else alg,
        " ".join(COVERED),
        signature,
    )
    return {"headers": order["headers"] + [["authorization", value]]}


# Encryption.


def unseal(order):
    label = order["label"].encode() or None
    kind = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[order["alg"][2:]]
    scheme = padding.OAEP(padding.MGF1(kind()), kind(), label)
    try:
        return {"plain": base64.b64encode(RSA_KEY.decrypt(base64.b64decode(order["sealed"]), scheme)).decode()}
    except ValueError:
        return {"plain": None}


ORDERS = {"verify": verify, "pem": pem, "mint": mint, "check": lambda order: {"said": check(order)}, "sign": sign, "unseal": unseal}


def forms(key):
    spki = key.public_bytes(PEM, SPKI).decode()
    upstream = "RSA PUBLIC KEY" if isinstance(key, rsa.RSAPublicKey) else "EC PUBLIC KEY"
    found = [spki, spki.replace("PUBLIC KEY", upstream)]
    if isinstance(key, rsa.RSAPublicKey):
        found.append(key.public_bytes(PEM, PKCS1).decode())
    return {"kid": kid(key), "pem": found}


print(json.dumps({"rsa": forms(RSA_KEY.public_key()), "ec": forms(EC_KEY.public_key())}), flush=True)
for line in sys.stdin:
    order = json.loads(line)
    print(json.dumps(ORDERS[order["do"]](order)), flush=True)
