"""Authlib's OAuth2Session, as its documentation uses it: fetch a token, then call the API with the session."""

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

POST, BASIC = "client_secret_post", "client_secret_basic"


def session(demo, method, secret=None):
    return OAuth2Session(
        demo.env["TOLLGATE_CLIENT_ID"],
        secret or demo.env["TOLLGATE_CLIENT_SECRET"],
        token_endpoint_auth_method=method,
    )


def fetch(session, demo):
    return session.fetch_token(demo.server["token_endpoint"], grant_type="client_credentials", **demo.ask)


# SS-18, SS-19 (form), SS-24, SS-42; SE-8, SE-14, SE-20, SE-21; SO-15, SO-21, SO-24; SG-22, SG-26..SG-28, SG-30, SG-31
@pytest.mark.parametrize(
    ("demo", "method", "members"),
    [
        ("safesend", POST, {"access_token", "expires_in", "scope", "token_type"}),
        ("signeasy", POST, {"access_token", "expires_in", "scope", "token_type"}),
        ("sovos", BASIC, {"access_token", "expires_in", "scope", "token_type"}),
        ("signicat", BASIC, {"access_token", "expires_in", "token_type"}),
        ("signicat", POST, {"access_token", "expires_in", "token_type"}),
    ],
    indirect=["demo"],
)
def test_a_session_fetches_a_token_and_calls_the_api(demo, method, members):
    client = session(demo, method)
    token = fetch(client, demo)
    assert set(token) - {"expires_at"} == members  # expires_at is Authlib's own
    answer = client.request(**demo.api_call)
    assert answer.status_code == 200, answer.text


# SS-29, SO-22 (Basic), SG-24's dialect: a wrong secret in the words of each vendor.
@pytest.mark.parametrize(
    ("demo", "method", "error", "description"),
    [
        ("safesend", POST, "access_denied", "Unauthorized"),
        ("signeasy", POST, "access_denied", "Unauthorized"),
        ("sovos", BASIC, "invalid_client", "Client authentication failed (e.g., unknown client"),
        ("signicat", BASIC, "invalid_client", ""),
    ],
    indirect=["demo"],
)
def test_a_wrong_secret_is_refused_in_the_words_of_the_vendor(demo, method, error, description):
    with pytest.raises(OAuthError) as refused:
        fetch(session(demo, method, "wrong"), demo)
    assert refused.value.error == error
    assert (refused.value.description or "").startswith(description)


# SO-22
@pytest.mark.parametrize("demo", ["sovos"], indirect=True)
def test_a_client_registered_for_basic_may_not_post_its_secret(demo):
    with pytest.raises(OAuthError) as refused:
        fetch(session(demo, POST), demo)
    assert refused.value.error == "invalid_client"
    assert "'client_secret_post' was requested" in refused.value.description


# SO-17: the audience has to be asked for.
@pytest.mark.parametrize("demo", ["sovos"], indirect=True)
def test_a_request_without_an_audience_buys_nothing(demo):
    with pytest.raises(OAuthError) as refused:
        session(demo, BASIC).fetch_token(demo.server["token_endpoint"], grant_type="client_credentials")
    assert refused.value.error == "invalid_request"


# RFC 7009, RI4: a token that the client hands back is inactive, and nothing else is said of it.
@pytest.mark.parametrize(
    ("demo", "method"),
    [("safesend", POST), ("signeasy", POST), ("sovos", BASIC), ("signicat", BASIC)],
    indirect=["demo"],
)
def test_a_revoked_token_is_inactive(demo, method):
    client = session(demo, method)
    token = fetch(client, demo)
    if "introspection_endpoint" in demo.server:
        before = client.introspect_token(demo.server["introspection_endpoint"], token=token["access_token"])
        assert before.json()["active"] is True
    revoked = client.revoke_token(
        demo.server["revocation_endpoint"], token=token["access_token"], token_type_hint="access_token"
    )
    assert revoked.status_code == 200, revoked.text
    if "introspection_endpoint" in demo.server:
        after = client.introspect_token(demo.server["introspection_endpoint"], token=token["access_token"])
        assert after.json() == {"active": False}
