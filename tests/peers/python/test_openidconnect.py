"""The crate `openidconnect`: a program made of it (`tests/clients/openidconnect`) signs a person in and refreshes."""

import json
import os
import subprocess

import pytest
from conftest import ROOT
from presets import PRESETS, person

PROGRAM = os.environ.get("TOLLGATE_OPENIDCONNECT", str(ROOT / "target" / "openidconnect" / "debug" / "openidconnect-peer"))
LIMIT_SECONDS = 60
SCOPE = "openid email profile offline_access"


# 3E-13, OC1, OC3, RT1: discovery, PKCE, the code, an ID token that the crate judges by the served keys, UserInfo of the same
# person, and a refresh that brings the next tokens of the same sign-in.
@pytest.mark.parametrize("demo", PRESETS, indirect=True)
def test_a_person_signs_in_through_the_crate(demo):
    settings = {
        "ISSUER": demo.env["TOLLGATE_ISSUER"],
        "CLIENT_ID": demo.env["TOLLGATE_WEB_CLIENT_ID"],
        "CLIENT_SECRET": demo.env["TOLLGATE_WEB_CLIENT_SECRET"],
        "REDIRECT_URI": demo.env["TOLLGATE_REDIRECT_URI"],
        "AUTH_METHOD": PRESETS[demo.preset].method,
        "SCOPE": SCOPE,
    }
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([PROGRAM], env=settings, text=True, **pipes) as program:
        try:
            address = program.stdout.readline()
            assert address, program.stderr.read()
            back = person(demo).walks(address.strip(), until=settings["REDIRECT_URI"])
            said, complaints = program.communicate(f"{back.url}\n", LIMIT_SECONDS)
        finally:
            program.kill()
    assert program.returncode == 0, complaints
    learnt = json.loads(said)
    assert learnt.pop("subject").startswith("usr_")
    assert learnt == {
        "issuer": demo.env["TOLLGATE_ISSUER"],
        "email": demo.env["TOLLGATE_USER_EMAIL"],
        "believes_another_nonce": False,
        "rotated": True,
        "same_person": True,
        "same_sign_in": True,
    }
