"""Debian's libapache2-mod-auth-openidc: a certified relying party in C, in a real Apache in front of a page."""

import json

import pytest
from apache import Apache
from presets import PRESETS, application, person

# Two manners of speaking the same protocol: in addresses and headers, and in forms.
PLAIN = {"REQUEST_METHOD": "GET", "RESPONSE_MODE": "query", "TOKEN_METHOD": "authz_header"}
POSTED = {"REQUEST_METHOD": "POST", "RESPONSE_MODE": "form_post", "TOKEN_METHOD": "post_param"}
# Nobody agrees to the last one: what is once agreed to is not asked again.
SITES = {"plain": PLAIN, "posted": POSTED, "never": POSTED}
SCOPE = "openid email profile offline_access"


@pytest.fixture(scope="module")
def apaches(demos):
    """Gives the Apache in front of a preset's issuer; the first who asks starts it."""
    running = {}

    def of(demo):
        for attempt in (1, 2, 3):
            if demo.preset in running:
                break
            also = {"SCOPE": SCOPE, "TOKEN_AUTH": PRESETS[demo.preset].method}
            try:
                running[demo.preset] = Apache(demo, {name: {**how, **also} for name, how in SITES.items()})
            except RuntimeError:
                # A free port can be taken before Apache takes it; other reasons fail three times.
                if attempt == 3:
                    raise
        return running[demo.preset]

    yield of
    for apache in running.values():
        apache.stop()


@pytest.fixture
def apache(apaches, demo):
    apache = apaches(demo)
    yield apache
    print(apache.log)  # shown where a test fails


both_dialects = pytest.mark.parametrize("demo", ["sovos", "elite-3e"], indirect=True)
both_manners = pytest.mark.parametrize("manner", ["plain", "posted"])


def held(person, site):
    """What the module holds of this person."""
    page = person.walks(f"{site.callback}?info=json")
    assert page.status_code == 200, page.text
    return json.loads(page.text)


def is_let_in(person, demo, site):
    page = person.walks(site.inside)
    assert page.status_code == 200, page.text
    assert f"<h1>Inside: {demo.env['TOLLGATE_USER_EMAIL']}</h1>" in page.text
    assert page.url == site.inside


def told_out(site):
    """What Apache says once it has answered a logout token that the module found right."""
    return f"answered {site.port} POST 200 /inside/callback?logout=backchannel"


def is_asked_anew(who, demo, site):
    """Sends the browser back inside: whether somebody has to give the password for that."""
    who.seen.clear()
    is_let_in(who, demo, site)
    return who.was_asked_for_a_password()


# 3E-13, OC1, OC3: whoever asks for the page signs in at the issuer and then sees it. The request, the answer and the token
# at UserInfo travel in addresses and headers, or in forms.
@both_manners
@both_dialects
def test_a_person_signs_in_to_see_the_page(demo, apache, manner):
    site = apache.sites[manner]
    who = person(demo)
    assert "<h1>Outside</h1>" in who.walks(site.outside).text
    is_let_in(who, demo, site)
    assert who.was_asked_for_a_password()
    told = held(who, site)
    assert told["id_token"]["iss"] == demo.env["TOLLGATE_ISSUER"]
    assert told["id_token"]["aud"] in (site.client_id, [site.client_id])
    assert told["userinfo"]["sub"] == told["id_token"]["sub"]
    assert told["userinfo"]["email"] == demo.env["TOLLGATE_USER_EMAIL"]


# One sign-in at the issuer serves both applications.
@both_dialects
def test_nobody_is_asked_for_the_password_twice(demo, apache):
    plain, posted = apache.sites["plain"], apache.sites["posted"]
    who = person(demo)
    is_let_in(who, demo, plain)
    assert not is_asked_anew(who, demo, posted)
    assert held(who, plain)["id_token"]["sid"] == held(who, posted)["id_token"]["sid"]


# 3E-27: whoever declines sees no page, and the module says why.
@both_dialects
def test_who_declines_sees_no_page(demo, apache):
    site = apache.sites["never"]
    page = person(demo).walks(site.inside, answer="deny")
    assert page.url == site.callback
    assert "access_denied" in page.text


# RT1: the module's own refresh uses the refresh token up and keeps the next.
@both_dialects
def test_the_module_refreshes_its_tokens(demo, apache):
    site = apache.sites["plain"]
    who = person(demo)
    is_let_in(who, demo, site)
    before = held(who, site)
    page = who.walks(f"{site.callback}?refresh={site.inside}&access_token={before['access_token']}")
    assert page.url == site.inside and page.status_code == 200, page.url
    after = held(who, site)
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert after["id_token"]["sub"] == before["id_token"]["sub"]


# OC4: who leaves at the page is signed out at the issuer, and comes back to the registered address.
@both_manners
@both_dialects
def test_who_leaves_here_is_signed_out_there(demo, apache, manner):
    site = apache.sites[manner]
    who = person(demo)
    is_let_in(who, demo, site)
    before = apache.lines
    page = who.walks(f"{site.callback}?logout={site.outside}")
    assert page.url.split("?")[0] == site.outside and "<h1>Outside</h1>" in page.text
    # The issuer tells whoever wants to know, also whoever asked for it.
    apache.says(told_out(site), before)
    assert is_asked_anew(who, demo, site)


# OC5: who signs out at another application is signed out here: the module got the logout token and found it right.
@both_dialects
def test_who_leaves_there_is_signed_out_here(demo, apache):
    site = apache.sites["plain"]
    who, other = person(demo), person(demo)
    is_let_in(who, demo, site)
    is_let_in(other, demo, site)
    app = application(demo)
    tokens, claims = app.signs_in(who)
    assert claims["sid"] == held(who, site)["id_token"]["sid"]
    before = apache.lines
    leaving = app.library.create_logout_url(app.redirect_uri, id_token_hint=tokens["id_token"])
    who.walks(leaving["url"], until=app.redirect_uri)
    apache.says(told_out(site), before)
    assert is_asked_anew(who, demo, site)
    assert not is_asked_anew(other, demo, site), "another browser's session is another one"
