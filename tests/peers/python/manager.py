"""The management API, as far as tests register things through it."""

import requests


class Manager:
    """The manager of a running demo."""

    def __init__(self, demo):
        self.demo = demo
        self.account = self.asks("GET", f"/clients/{demo.env['TOLLGATE_WEB_CLIENT_ID']}")["account"]

    def asks(self, method, path, body=None):
        answer = requests.request(
            method,
            f"{self.demo.env['TOLLGATE_SERVER']}/api/v1{path}",
            headers={"authorization": f"Bearer {self.demo.env['TOLLGATE_OPERATOR_TOKEN']}"},
            json=body,
            timeout=30,
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def application(self, name, redirect_uri, **more):
        """Registers an application that acts for people: its id and its secret."""
        wanted = {
            "account": self.account,
            "name": name,
            "environment": "test",
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [redirect_uri],
            **more,
        }
        made = self.asks("POST", "/clients", wanted)["id"]
        return made, self.asks("POST", f"/clients/{made}/secrets", {})["client_secret"]
