"""The presets whose applications act for people: how theirs ask, and who signs in."""

from dataclasses import dataclass, field

from application import Application
from person import Person

POST, BASIC = "client_secret_post", "client_secret_basic"
STANDARD = "openid profile email phone"
MATTER = "https://api.thomsonreuters.com/auth/3e.matter"


@dataclass
class Manner:
    """How the vendor's applications ask."""

    method: str
    scope: str
    claims: list
    parameters: dict = field(default_factory=dict)


PRESETS = {
    # SO-3..SO-6, SO-9: either word for offline; here both, and below each alone.
    "sovos": Manner(
        BASIC,
        f"{STANDARD} birthdate credential offline offline_access",
        ["name", "given_name", "family_name", "phone_number", "birthdate", "credential"],
    ),
    "elite-3e": Manner(
        POST,
        f"{STANDARD} offline_access {MATTER}",
        ["name", "given_name", "family_name", "email_verified", "locale"],
        {"audience": "https://api.thomsonreuters.com/3e"},
    ),
    "signeasy": Manner(
        POST,
        f"{STANDARD} offline_access user:read",
        ["name"],
        {"audience": "https://api-ext.signeasy.com/"},
    ),
}


def application(demo, over="requests", **other):
    manner = PRESETS[demo.preset]
    wanted = {"method": manner.method, "scope": manner.scope, **manner.parameters, **other}
    return Application(demo, over, **wanted)


def person(demo):
    return Person(demo.env["TOLLGATE_USER_EMAIL"], demo.env["TOLLGATE_USER_PASSWORD"])
