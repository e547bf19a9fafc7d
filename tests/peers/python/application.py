"""Applications that act for people, made of Authlib: its client of OpenID Connect, over `requests` or over `httpx`."""

from authlib.integrations.base_client import FrameworkIntegration
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session


class Updates(FrameworkIntegration):
    """Stands where Flask or Django would: it hears of every token that replaces another."""

    def __init__(self):
        super().__init__("tests")
        self.heard = []

    def update_token(self, token, refresh_token=None, access_token=None):
        self.heard.append((refresh_token, dict(token)))


class OverRequests(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = OAuth2Session


class OverHttpx(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = OAuth2Client


LIBRARIES = {"requests": OverRequests, "httpx": OverHttpx}


class Application:
    """The application of a demo: `library` is Authlib's own client of it."""

    def __init__(self, demo, over, method, scope, pkce="S256", **parameters):
        self.redirect_uri = demo.env["TOLLGATE_REDIRECT_URI"]
        self.updates = Updates()
        self.parameters = parameters
        self.library = LIBRARIES[over](
            self.updates,
            client_id=demo.env["TOLLGATE_WEB_CLIENT_ID"],
            client_secret=demo.env["TOLLGATE_WEB_CLIENT_SECRET"],
            server_metadata_url=demo.env["TOLLGATE_ISSUER"].rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": scope,
                "code_challenge_method": pkce,
                "token_endpoint_auth_method": method,
                "revocation_endpoint_auth_method": method,
                "timeout" if over == "httpx" else "default_timeout": 30,
            },
        )

    def asks(self, **more):
        """A request of its own for one browser: the address to open, and what must be remembered until the answer."""
        return self.library.create_authorization_url(self.redirect_uri, **self.parameters, **more)

    def sends(self, person, answer="approve", **more):
        """A person's whole way: the request, and what the application is told."""
        asked = self.asks(**more)
        back = person.walks(asked["url"], until=self.redirect_uri, answer=answer)
        assert back.url.startswith(self.redirect_uri), f"{back.url}: {getattr(back, 'text', '')}"
        assert back.told["state"] == asked["state"]
        return asked, back

    def takes(self, asked, told, **other):
        """The answer becomes tokens."""
        known = {"code": told["code"], "code_verifier": asked.get("code_verifier"), **other}
        return self.library.fetch_access_token(self.redirect_uri, **{name: one for name, one in known.items() if one})

    def signs_in(self, person, **more):
        """Signs a person in: the tokens, and who the library found it to be."""
        asked, back = self.sends(person, **more)
        tokens = self.takes(asked, back.told)
        return tokens, self.library.parse_id_token(tokens, nonce=asked["nonce"])

    def session(self, tokens=None):
        """Authlib's session beneath, for one request to an endpoint."""
        session = self.library._get_oauth_client(**self.library.load_server_metadata())
        session.token = tokens
        return session

    def refreshes(self, refresh_token, **more):
        return dict(self.session().refresh_token(refresh_token=refresh_token, **more))
