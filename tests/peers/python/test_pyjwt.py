"""An independent verifier: PyJWT reads the served key set and judges every preset's token."""

import jwt
import pytest
import requests

PRESETS = ["safesend", "signeasy", "sovos", "signicat"]


@pytest.fixture(scope="module")
def bought(demos):
    """One token of each preset; the whole module judges it."""
    kept = {}

    def of(demo):
        if demo.preset not in kept:
            answer = requests.post(
                demo.server["token_endpoint"],
                data={"grant_type": "client_credentials", **demo.ask, **credentials(demo)},
                auth=basic(demo),
                timeout=10,
            )
            assert answer.status_code == 200, answer.text
            kept[demo.preset] = answer.json()
        return kept[demo.preset]

    return of


def basic(demo):
    if demo.preset in ("sovos", "signicat"):
        return demo.env["TOLLGATE_CLIENT_ID"], demo.env["TOLLGATE_CLIENT_SECRET"]
    return None


def credentials(demo):
    if basic(demo):
        return {}
    return {"client_id": demo.env["TOLLGATE_CLIENT_ID"], "client_secret": demo.env["TOLLGATE_CLIENT_SECRET"]}


def verify(demo, token, **other):
    key = jwt.PyJWKClient(demo.server["jwks_uri"]).get_signing_key_from_jwt(token)
    expected = {"issuer": demo.env["TOLLGATE_ISSUER"], "audience": demo.env["TOLLGATE_AUDIENCE"], **other}
    return jwt.decode(
        token, key, algorithms=["RS256"], options={"require": ["iss", "aud", "exp", "iat"]}, **expected
    )


# JW1; SS-26, SE-17, SO-18, SO-26, SG-30
@pytest.mark.parametrize("demo", PRESETS, indirect=True)
def test_every_presets_token_convinces_a_verifier_that_is_not_ours(demo, bought):
    answer = bought(demo)
    claims = verify(demo, answer["access_token"])
    assert claims["exp"] - claims["iat"] in (answer["expires_in"], answer["expires_in"] + 1)
    assert demo.env["TOLLGATE_CLIENT_ID"] in (claims.get("azp"), claims.get("client_id"))


# JW5: what the claims are for.
@pytest.mark.parametrize("demo", PRESETS, indirect=True)
def test_a_verifier_of_another_api_or_issuer_is_not_convinced(demo, bought):
    token = bought(demo)["access_token"]
    with pytest.raises(jwt.InvalidAudienceError):
        verify(demo, token, audience="https://elsewhere.example/")
    with pytest.raises(jwt.InvalidIssuerError):
        verify(demo, token, issuer="https://elsewhere.example/")


# JW2: one flipped bit anywhere in the signature.
@pytest.mark.parametrize("demo", PRESETS, indirect=True)
def test_a_changed_signature_convinces_nobody(demo, bought):
    head, body, signature = bought(demo)["access_token"].split(".")
    raw = bytearray(jwt.utils.base64url_decode(signature))
    raw[len(raw) // 2] ^= 1
    with pytest.raises(jwt.InvalidSignatureError):
        verify(demo, ".".join((head, body, jwt.utils.base64url_encode(bytes(raw)).decode())))


# JW2 at the gate: the same forgeries, and an unsigned token, come to nothing there.
@pytest.mark.parametrize("demo", PRESETS, indirect=True)
def test_the_gate_refuses_what_the_verifier_refuses(demo, bought):
    head, body, signature = bought(demo)["access_token"].split(".")
    claims = jwt.decode(f"{head}.{body}.{signature}", options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, algorithm="none")
    shared = jwt.encode(claims, "a shared secret that is long enough to be one", algorithm="HS256")
    for forged in (unsigned, shared, f"{head}.{body}.", f"{head}.{body}.{'A' * len(signature)}"):
        call = demo.api_call
        call["headers"]["Authorization"] = f"Bearer {forged}"
        answer = requests.request(**call)
        assert answer.status_code == 401, answer.text
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
