"""auth0-python against the presets whose vendors run Auth0. It sends JSON, with a null for what it does not use."""

import pytest
import requests
from auth0.authentication import GetToken
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier
from auth0.authentication.exceptions import Auth0Error


def get_token(demo, secret=None):
    domain = demo.env["TOLLGATE_ISSUER"].removeprefix("http://").rstrip("/")
    # `protocol` is the library's own switch for tests without TLS.
    return GetToken(
        domain,
        demo.env["TOLLGATE_CLIENT_ID"],
        client_secret=secret or demo.env["TOLLGATE_CLIENT_SECRET"],
        protocol="http",
    )


# SS-18, SS-19, SS-24..SS-28, SS-42; SE-8, SE-9, SE-14, SE-18, SE-20, SE-21
@pytest.mark.parametrize("demo", ["safesend", "signeasy"], indirect=True)
def test_the_vendors_own_library_buys_a_token_and_calls_the_api(demo):
    answer = get_token(demo).client_credentials(demo.env["TOLLGATE_AUDIENCE"])
    assert set(answer) == {"access_token", "expires_in", "scope", "token_type"}
    assert answer["token_type"] == "Bearer"
    assert answer["scope"] == demo.env["TOLLGATE_SCOPE"]
    assert isinstance(answer["expires_in"], int)

    claims = AsymmetricSignatureVerifier(demo.server["jwks_uri"]).verify_signature(answer["access_token"])
    assert claims["exp"] - claims["iat"] == answer["expires_in"]

    call = demo.api_call
    call["headers"]["Authorization"] = f"{answer['token_type']} {answer['access_token']}"
    called = requests.request(**call)
    assert called.status_code == 200, called.text


# SS-29
@pytest.mark.parametrize("demo", ["safesend", "signeasy"], indirect=True)
def test_a_wrong_secret_reads_as_auth0s_own_refusal(demo):
    with pytest.raises(Auth0Error) as refused:
        get_token(demo, "wrong").client_credentials(demo.env["TOLLGATE_AUDIENCE"])
    assert (refused.value.status_code, refused.value.error_code) == (401, "access_denied")
    assert refused.value.message == "Unauthorized"


# SS-30, SE-11
@pytest.mark.parametrize("demo", ["safesend", "signeasy"], indirect=True)
def test_an_unknown_audience_is_forbidden_by_name(demo):
    with pytest.raises(Auth0Error) as refused:
        get_token(demo).client_credentials("https://elsewhere.example/")
    assert (refused.value.status_code, refused.value.error_code) == (403, "access_denied")
    assert "https://elsewhere.example/" in refused.value.message


# SS-21, SE-13
@pytest.mark.parametrize("demo", ["safesend", "signeasy"], indirect=True)
def test_another_grant_is_refused(demo):
    with pytest.raises(Auth0Error) as refused:
        get_token(demo).client_credentials(demo.env["TOLLGATE_AUDIENCE"], grant_type="password")
    assert 400 <= refused.value.status_code < 500
