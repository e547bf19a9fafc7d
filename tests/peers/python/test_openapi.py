"""The management API's own description, read by a validator that is not ours."""

from urllib.parse import urljoin

import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator


@pytest.mark.parametrize("demo", ["safesend"], indirect=True)
def test_the_served_description_is_valid_openapi_3_1(demo):
    # The management API may have a port of its own.
    server = demo.env.get("TOLLGATE_SERVER") or demo.env["TOLLGATE_ISSUER"]
    answer = requests.get(urljoin(server, "/api/v1/openapi.json"), timeout=10)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["openapi"].startswith("3.1.")
    assert document["paths"]
    problems = [f"{list(problem.path)}: {problem.message}" for problem in OpenAPIV31SpecValidator(document).iter_errors()]
    assert problems == []
