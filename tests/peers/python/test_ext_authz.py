"""Envoy's question, asked by gRPC's own client."""

import json

import grpc
import pytest
from envoy import AUTH, CheckRequest, Envoy
from served import serve

HOUSE = """
[gateway]
listen = "127.0.0.1:@gateway@"
ext_authz_listen = "127.0.0.1:@envoy@"

[clients]
auth_methods = ["client_secret_basic"]

[[api]]
id = "docs"
name = "Documents"
audience = "https://api.example/docs"
scopes = [{ name = "read", description = "Read" }, { name = "write", description = "Write" }]

[upstream.app]
targets = ["http://127.0.0.1:9"]

[[route]]
id = "docs"
path = "/docs/{rest...}"
api = "docs"
upstream = "app"

[[route]]
id = "docs-admin"
path = "/docs/admin/{rest...}"
api = "docs"
scopes = ["write"]
upstream = "app"

[[route]]
id = "open"
path = "/open/{rest...}"
upstream = "app"
"""

AMBIGUOUS = [
    "/open/../docs/1",
    "/open/%2e%2e/docs/1",
    "/open/.%2e/docs/1",
    "/open/..%2fdocs/1",
    "/open/..%5cdocs",
    "/open/..\\docs",
    "//docs/1",
    "/open//docs",
    "/open/./x",
    "/open/x;/../docs/1",
    "/open;x/docs",
    "/open/%252e%252e/docs",
    "/open/%25%32%65",
    "/open/%00",
    "/open/%0a",
    "/open/%c0%ae%c0%ae/",
    "/open/%",
    "/open/%zz",
    "/open/%2f",
    "/docs%2f1",
    "/open/x#/../docs/1",
    "http://api.example/open/x",
    "open/x",
    "*",
    "",
]


@pytest.fixture(scope="module")
def house():
    running = serve(HOUSE, ("gateway", "envoy"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(house):
    return house.client("docs", ["read", "write"])


@pytest.fixture(scope="module")
def token(house, client):
    return house.token(*client[1:], audience="https://api.example/docs")


@pytest.fixture(scope="module")
def envoy(house):
    return Envoy(house.ports["envoy"])


@pytest.fixture(params=[False, True], ids=["joined", "raw"])
def raw(request):
    """Envoy tells headers joined, or with encode_raw_headers one by one."""
    return request.param


def test_who_may_pass_is_named_to_the_application(envoy, client, token, raw):
    """RS5: and nobody else is, whatever came along."""
    account, client_id, _ = client
    sent = [
        ("authorization", f"Bearer {token}"),
        ("tollgate-account", "forged"),
        ("tollgate-person", "forged"),
        ("tollgate_client", "forged"),
        ("tollgate.scopes", "forged"),
        ("connection", "tollgate-account"),
        ("x-http-method-override", "DELETE"),
        ("accept", "text/plain"),
    ]
    status, upstream, answer = envoy.passes("GET", "/docs/1?x=1", sent, raw=raw)
    assert status == 200
    assert upstream["tollgate-account"] == account
    assert upstream["tollgate-client"] == client_id
    assert set(upstream["tollgate-scopes"].split()) == {"read", "write"}
    assert upstream["tollgate-request-id"] == answer["tollgate-request-id"]
    assert upstream["accept"] == "text/plain"
    assert "forged" not in upstream.values()
    for gone in ("authorization", "tollgate-person", "tollgate_client", "tollgate.scopes", "x-http-method-override"):
        assert gone not in upstream


def test_a_public_route_names_nobody(envoy, raw):
    """RS5, RS9."""
    forged = [("tollgate-account", "forged"), ("tollgate-acting-user", "forged")]
    status, upstream, _ = envoy.passes("GET", "/open/x", forged, raw=raw)
    assert status == 200
    assert set(upstream) == {"tollgate-request-id"}


def test_an_identity_header_that_we_are_not_told_of_is_removed_all_the_same(envoy):
    """RS5: an Envoy with `allowed_headers` does not tell all of them."""
    asked = CheckRequest()
    http = asked.attributes.request.http
    http.method, http.path, http.host = "GET", "/open/x", "api.example"
    removed = set(envoy.asks(asked).ok_response.headers_to_remove)
    for name in ("account", "client", "subject", "person", "scopes", "environment", "acting-user", "acting-user-id", "assertion"):
        assert f"tollgate-{name}" in removed
    assert "tollgate-request-id" not in removed


@pytest.mark.parametrize(
    "method, path, headers, status, code",
    [
        ("GET", "/docs/1", [], 401, "token_missing"),
        ("GET", "/docs/1?access_token=a.b.c", [], 401, "token_missing"),
        ("GET", "/docs/1", [("authorization", "Bearer a.b.c")], 401, "token_malformed"),
        ("HEAD", "/docs/1", [], 401, "token_missing"),
        ("GET", "/nothing", [], 404, "route_unknown"),
        ("GET", "/openx", [], 404, "route_unknown"),
        ("CONNECT", "/docs/1", [], 400, "path_ambiguous"),
    ],
)
def test_refusals_reach_the_caller_whole(envoy, raw, method, path, headers, status, code):
    """RS1, RS9."""
    was, said, body = envoy.passes(method, path, headers, raw=raw)
    problem = json.loads(body)
    assert (was, problem["code"], problem["status"]) == (status, code, status)
    assert said["content-type"] == "application/problem+json"
    assert said["tollgate-request-id"] == problem["request_id"]
    assert said.get("www-authenticate", "").startswith("Bearer realm=") == (status == 401)


def test_two_tokens_are_one_too_many(envoy, token, raw):
    """RS2."""
    twice = [("authorization", f"Bearer {token}")] * 2
    status, _, body = envoy.passes("GET", "/docs/1", twice, raw=raw)
    assert (status, json.loads(body)["code"]) == (400, "tokens_several")


def test_a_small_token_is_told_which_scope_it_lacks(envoy, house, client):
    small = house.token(*client[1:], audience="https://api.example/docs", scope="read")
    status, said, body = envoy.passes("GET", "/docs/admin/1", [("authorization", f"Bearer {small}")])
    assert (status, json.loads(body)["code"]) == (403, "scope_insufficient")
    assert 'scope="write"' in said["www-authenticate"]


@pytest.mark.parametrize("path", AMBIGUOUS)
def test_a_path_that_can_be_read_in_two_ways_is_refused(envoy, path):
    """RS6, AT23."""
    status, _, body = envoy.passes("GET", path)
    assert (status, json.loads(body)["code"]) == (400, "path_ambiguous")


def test_the_host_is_the_one_that_envoy_names(envoy):
    """RS6: a header beside it says nothing."""
    for host, status in [("api.example:8443", 200), ("user@a", 400), ("a/b", 400)]:
        was, _, _ = envoy.passes("GET", "/open/x", [("host", "other.example")], host=host)
        assert was == status, host


def test_what_is_no_request_is_an_error_and_no_leave(envoy):
    """An error is no answer: Envoy refuses then, unless it is told otherwise."""
    empty, nameless = CheckRequest(), CheckRequest()
    nameless.attributes.request.http.path = "/open/x"
    for asked in (empty, nameless):
        with pytest.raises(grpc.RpcError) as refused:
            envoy.asks(asked)
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    huge = CheckRequest()
    huge.attributes.request.http.body = "x" * 1_000_000
    with pytest.raises(grpc.RpcError) as refused:
        envoy.asks(huge)
    assert refused.value.code() in (grpc.StatusCode.OUT_OF_RANGE, grpc.StatusCode.RESOURCE_EXHAUSTED)


def test_nothing_else_is_spoken_there(envoy):
    other = envoy.channel.unary_unary(f"/{AUTH}.Authorization/Other", lambda asked: asked, lambda said: said)
    with pytest.raises(grpc.RpcError) as refused:
        other(b"", timeout=30)
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
