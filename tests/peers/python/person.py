"""A person at a browser, without the browser: cookies, redirects, and the forms of the page at hand.

Everything goes over real HTTP, also to hosts that are not Tollgate's.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar

# The most requests on a way that has an end.
MOST = 24
REDIRECTS = (301, 302, 303, 307)
# What a browser says of a request that is to show a page.
NAVIGATION = {"accept": "text/html,*/*;q=0.8", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@dataclass
class Asked:
    """One request of the browser. `page` is where it was made: none, where the address was typed."""

    url: str
    method: str = "GET"
    fields: list = field(default_factory=list)
    page: str | None = None

    @property
    def told(self):
        """What an answer at an application's address says, in the query or, with `form_post`, in the body."""
        if self.method == "POST":
            return dict(self.fields)
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}


class Person:
    """Somebody with an e-mail address and a password. `seen` is every address opened, without its query."""

    def __init__(self, email, password):
        self.known = {"email": email, "password": password}
        self.seen = []
        self._http = requests.Session()
        # Browsers trust this machine without TLS, and send it the cookies marked Secure. A jar of our own, since that of
        # the session forgets its policy at each request.
        self._cookies = RequestsCookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def walks(self, address, until=None, answer="approve"):
        """Does on every page what a person does there, up to a page that asks for nothing.

        Ends with the `Asked` that would have gone to an address beginning with `until`, else with the last page.
        """
        asked = Asked(address)
        for _ in range(MOST):
            if until and asked.url.startswith(until):
                return asked
            page = self.sends(asked)
            if page.status_code in REDIRECTS:
                asked = Asked(urljoin(page.url, page.headers["location"]))
            elif page.ok and (forms := forms_of(page)):
                asked = self._fills(forms[0], answer)
            else:
                return page
        raise AssertionError(f"pages lead on and on: {self.seen}")

    def sends(self, asked):
        """One request, without following where its answer leads."""
        headers = {**NAVIGATION, "sec-fetch-site": site(asked)}
        if asked.method == "POST":
            headers["origin"] = origin(asked.page)
        self.seen.append(asked.url.split("?")[0])
        request = requests.Request(asked.method, asked.url, data=asked.fields or None, headers=headers).prepare()
        request.prepare_cookies(self._cookies)
        answer = self._http.send(request, allow_redirects=False, timeout=30)
        extract_cookies_to_jar(self._cookies, request, answer.raw)
        return answer

    def was_asked_for_a_password(self):
        return any(address.endswith("/sign-in") for address in self.seen)

    def _fills(self, form, answer):
        fields = [(name, self.known.get(name, "") if not value else value) for name, value in form.fields]
        meant = [button for button in form.buttons if button[1] == answer] or form.buttons
        if meant and meant[0][0]:
            fields.append(meant[0])
        return Asked(form.action, "POST", fields, form.page)


@dataclass
class Form:
    """A form that is posted."""

    action: str
    page: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.page = page
        self.forms = []
        self._open = False

    def handle_starttag(self, tag, attributes):
        told = {name: value or "" for name, value in attributes}
        if tag == "form" and told.get("method", "get").lower() == "post":
            self.forms.append(Form(urljoin(self.page, told.get("action", "")), self.page))
            self._open = True
        elif self._open and tag == "input" and told.get("name"):
            self.forms[-1].fields.append((told["name"], told.get("value", "")))
        elif self._open and tag == "button":
            self.forms[-1].buttons.append((told.get("name", ""), told.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = False


def forms_of(page):
    """The forms of an answer that are posted."""
    if not page.headers.get("content-type", "").startswith("text/html"):
        return []
    reader = _Reader(page.url)
    reader.feed(page.text)
    return reader.forms


def origin(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def site(asked):
    """Fetch Metadata: what the browser says of where the request comes from."""
    if asked.page is None:
        return "none"
    if origin(asked.page) == origin(asked.url):
        return "same-origin"
    return "same-site" if urlsplit(asked.page).hostname == urlsplit(asked.url).hostname else "cross-site"
