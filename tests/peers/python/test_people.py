"""Authlib's client of OpenID Connect acts for a person, over `requests` and over `httpx`, in every preset with people."""

import pytest
from application import LIBRARIES
from authlib.integrations.base_client import OAuthError
from joserfc.errors import JoseError
from presets import PRESETS, application, person

every_preset = pytest.mark.parametrize("demo", PRESETS, indirect=True)
both_transports = pytest.mark.parametrize("over", LIBRARIES)


# 3E-13, OC1, OC3; 3E-19, 3E-22..3E-29; SO-3..SO-6: discovery, PKCE, the code, an ID token that the library finds right by
# the served keys, its nonce and `at_hash`, and the claims at UserInfo.
@both_transports
@every_preset
def test_a_person_lets_an_application_act(demo, over):
    app = application(demo, over)
    tokens, who = app.signs_in(person(demo))
    assert tokens["token_type"].lower() == "bearer" and tokens["refresh_token"]
    assert who["iss"] == demo.env["TOLLGATE_ISSUER"]
    assert who["at_hash"] and who["auth_time"] <= who["iat"]
    info = app.library.userinfo(token=tokens)
    assert info["sub"] == who["sub"]
    assert info["email"] == demo.env["TOLLGATE_USER_EMAIL"]
    assert [name for name in PRESETS[demo.preset].claims if not info.get(name)] == []
    if app.parameters:
        answer = app.library.get(demo.env["TOLLGATE_GATEWAY"] + demo.env["TOLLGATE_API_PATH"], token=tokens)
        assert answer.status_code == 200, answer.text
    assert app.updates.heard == [], "nothing had to be refreshed"


# OC1: the library would say so, were the ID token another request's or another client's.
@every_preset
def test_an_id_token_convinces_whom_it_was_made_for_alone(demo):
    app = application(demo)
    asked, back = app.sends(person(demo))
    tokens = app.takes(asked, back.told)
    with pytest.raises(JoseError):
        app.library.parse_id_token(tokens, nonce="another request's")
    with pytest.raises(JoseError):
        app.library.parse_id_token({**tokens, "access_token": "another"}, nonce=asked["nonce"])
    app.library.client_id = "somebody else"
    with pytest.raises(JoseError):
        app.library.parse_id_token(tokens, nonce=asked["nonce"])


# RT1, RT2; 3E-35, 3E-36: what is used is replaced and heard of, a copy that comes late takes everything with it.
@both_transports
@every_preset
def test_a_refresh_token_buys_the_next(demo, over):
    app = application(demo, over)
    first, who = app.signs_in(person(demo))
    second = app.refreshes(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert app.library.parse_id_token(second, nonce=None)["sub"] == who["sub"]
    third = app.refreshes(second["refresh_token"])
    assert app.library.userinfo(token=third)["sub"] == who["sub"]
    for spent in (first, third):
        with pytest.raises(OAuthError) as refused:
            app.refreshes(spent["refresh_token"])
        assert refused.value.error == "invalid_grant"
    assert [used for used, _ in app.updates.heard] == [first["refresh_token"], second["refresh_token"]]


# 3E-35, 3E-37: the library sees that its token is over, and gets the next one on its own before it calls.
@both_transports
@every_preset
def test_an_expired_token_is_replaced_before_the_call(demo, over):
    app = application(demo, over)
    tokens, who = app.signs_in(person(demo))
    info = app.library.userinfo(token={**tokens, "expires_at": 1})
    assert info["sub"] == who["sub"]
    [(used, replaced)] = app.updates.heard
    assert used == tokens["refresh_token"]
    assert replaced["access_token"] != tokens["access_token"]
    assert app.library.userinfo(token=replaced)["sub"] == who["sub"]


# PK1: the code is worth nothing without the verifier, nor with another.
@every_preset
@pytest.mark.parametrize("verifier", [None, "another-verifier-that-is-as-long-as-one-has-to-be"])
def test_a_code_is_bound_to_its_verifier(demo, verifier):
    app = application(demo)
    asked, back = app.sends(person(demo))
    with pytest.raises(OAuthError) as refused:
        app.takes(asked, back.told, code_verifier=verifier)
    assert refused.value.error == "invalid_grant"


# 3E-28: a code is spent once, and coming again it takes what it bought with it.
@every_preset
def test_a_code_that_comes_again_takes_everything_with_it(demo):
    app = application(demo)
    asked, back = app.sends(person(demo))
    tokens = app.takes(asked, back.told)
    with pytest.raises(OAuthError) as refused:
        app.takes(asked, back.told)
    assert refused.value.error == "invalid_grant"
    with pytest.raises(OAuthError) as refused:
        app.refreshes(tokens["refresh_token"])
    assert refused.value.error == "invalid_grant"
    assert app.library.get(app.library.server_metadata["userinfo_endpoint"], token=tokens).status_code == 401


# 3E-27, SO-13, RU10: whoever declines gives no code, and this answer too names its issuer.
@every_preset
def test_who_declines_gives_no_code(demo):
    _, back = application(demo).sends(person(demo), answer="deny", prompt="consent")
    assert back.told["error"] == "access_denied"
    assert back.told["iss"] == demo.env["TOLLGATE_ISSUER"]
    assert "code" not in back.told


# 3E-16: a confidential client of this vendor may leave PKCE out.
@both_transports
@pytest.mark.parametrize("demo", ["elite-3e"], indirect=True)
def test_an_application_without_pkce_is_served_where_the_vendor_does(demo, over):
    app = application(demo, over, pkce=None)
    asked, back = app.sends(person(demo))
    assert "code_verifier" not in asked
    assert app.takes(asked, back.told)["access_token"]


# SO-9: each of the two words alone opens the way back too.
@pytest.mark.parametrize("word", ["offline", "offline_access"])
@pytest.mark.parametrize("demo", ["sovos"], indirect=True)
def test_either_word_for_offline_gives_a_refresh_token(demo, word):
    app = application(demo, scope=f"openid email {word}")
    tokens, who = app.signs_in(person(demo))
    again = app.refreshes(tokens["refresh_token"])
    assert app.library.userinfo(token=again)["sub"] == who["sub"]


# RT4: fewer scopes may be asked for, others may not.
@every_preset
def test_a_refresh_narrows_and_never_widens(demo):
    app = application(demo, scope="openid email offline_access")
    tokens, _ = app.signs_in(person(demo))
    narrow = app.refreshes(tokens["refresh_token"], scope="openid")
    assert "email" not in app.library.userinfo(token=narrow)
    with pytest.raises(OAuthError) as refused:
        app.refreshes(narrow["refresh_token"], scope="openid email phone")
    # The family of Auth0 has one word for what is not granted.
    assert refused.value.error == ("invalid_scope" if demo.preset == "sovos" else "access_denied")


# RFC 7009: what the application hands back is over.
@every_preset
def test_a_refresh_token_is_handed_back(demo):
    app = application(demo)
    tokens, _ = app.signs_in(person(demo))
    session = app.session(tokens)
    answer = session.revoke_token(app.library.server_metadata["revocation_endpoint"], token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    with pytest.raises(OAuthError) as refused:
        app.refreshes(tokens["refresh_token"])
    assert refused.value.error == "invalid_grant"


# OC4: who leaves by the library's address is asked for the password again.
@every_preset
def test_who_leaves_is_signed_out(demo):
    app = application(demo)
    who = person(demo)
    tokens, _ = app.signs_in(who)
    leaving = app.library.create_logout_url(app.redirect_uri, id_token_hint=tokens["id_token"])
    back = who.walks(leaving["url"], until=app.redirect_uri)
    assert back.told == {"state": leaving["state"]}
    _, back = app.sends(who, prompt="none")
    assert back.told["error"] == "login_required"
