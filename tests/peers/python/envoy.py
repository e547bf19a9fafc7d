"""Envoy's side of `ext_authz`: the messages of envoy.service.auth.v3, by the names and numbers of Envoy's own files, and
gRPC's own client. Declared here rather than compiled: nothing is shared with the program under test."""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto
KINDS = {
    "string": FIELD.TYPE_STRING,
    "bytes": FIELD.TYPE_BYTES,
    "int32": FIELD.TYPE_INT32,
    "int64": FIELD.TYPE_INT64,
    "uint32": FIELD.TYPE_UINT32,
    "bool": FIELD.TYPE_BOOL,
}
AUTH = "envoy.service.auth.v3"
CORE = "envoy.config.core.v3"
CONTEXT = f"{AUTH}.AttributeContext"

# File by file: message → fields, each a number, a kind (a name, or a message's full name) and a name. `*` repeats.
FILES = {
    "envoy/config/core/v3/address.proto": (
        CORE,
        {
            "SocketAddress": [(1, "int32", "protocol"), (2, "string", "address"), (3, "uint32", "port_value")],
            "Address": [(1, f"{CORE}.SocketAddress", "socket_address")],
        },
    ),
    "envoy/config/core/v3/base.proto": (
        CORE,
        {
            "HeaderValue": [(1, "string", "key"), (2, "string", "value"), (3, "bytes", "raw_value")],
            "HeaderMap": [(1, f"*{CORE}.HeaderValue", "headers")],
            "HeaderValueOption": [(1, f"{CORE}.HeaderValue", "header"), (3, "int32", "append_action")],
        },
    ),
    "google/rpc/status.proto": (
        "google.rpc",
        {"Status": [(1, "int32", "code"), (2, "string", "message")]},
    ),
    "envoy/type/v3/http_status.proto": ("envoy.type.v3", {"HttpStatus": [(1, "int32", "code")]}),
    "envoy/service/auth/v3/attribute_context.proto": (
        AUTH,
        {
            "AttributeContext": [(1, f"{CONTEXT}.Peer", "source"), (4, f"{CONTEXT}.Request", "request")],
            "AttributeContext.Peer": [(1, f"{CORE}.Address", "address"), (4, "string", "principal")],
            "AttributeContext.Request": [(2, f"{CONTEXT}.HttpRequest", "http")],
            "AttributeContext.HttpRequest": [
                (1, "string", "id"),
                (2, "string", "method"),
                (3, "map", "headers"),
                (4, "string", "path"),
                (5, "string", "host"),
                (6, "string", "scheme"),
                (9, "int64", "size"),
                (10, "string", "protocol"),
                (11, "string", "body"),
                (13, f"{CORE}.HeaderMap", "header_map"),
            ],
        },
    ),
    "envoy/service/auth/v3/external_auth.proto": (
        AUTH,
        {
            "CheckRequest": [(1, CONTEXT, "attributes")],
            "DeniedHttpResponse": [
                (1, "envoy.type.v3.HttpStatus", "status"),
                (2, f"*{CORE}.HeaderValueOption", "headers"),
                (3, "string", "body"),
            ],
            "OkHttpResponse": [
                (2, f"*{CORE}.HeaderValueOption", "headers"),
                (5, "*string", "headers_to_remove"),
                (6, f"*{CORE}.HeaderValueOption", "response_headers_to_add"),
            ],
            "CheckResponse": [
                (1, "google.rpc.Status", "status"),
                (2, f"{AUTH}.DeniedHttpResponse", "denied_response"),
                (3, f"{AUTH}.OkHttpResponse", "ok_response"),
            ],
        },
    ),
}


def _pool():
    pool = descriptor_pool.DescriptorPool()
    for path, (package, messages) in FILES.items():
        file = descriptor_pb2.FileDescriptorProto(name=path, package=package, syntax="proto3")
        file.dependency.extend(known for known in FILES if known != path and _before(known, path))
        made = {}
        for name, fields in messages.items():
            outer, _, inner = name.rpartition(".")
            home = made[outer].nested_type if outer else file.message_type
            message = made[name] = home.add(name=inner)
            for number, kind, field in fields:
                _add(message, f"{package}.{name}", number, kind, field)
        pool.Add(file)
    return pool


def _before(one, other):
    order = list(FILES)
    return order.index(one) < order.index(other)


def _add(message, full_name, number, kind, name):
    label = FIELD.LABEL_REPEATED if kind.startswith("*") or kind == "map" else FIELD.LABEL_OPTIONAL
    kind = kind.removeprefix("*")
    if kind == "map":
        entry = message.nested_type.add(name=f"{name.title()}Entry")
        entry.options.map_entry = True
        for place, part in ((1, "key"), (2, "value")):
            entry.field.add(name=part, number=place, type=FIELD.TYPE_STRING, label=FIELD.LABEL_OPTIONAL)
        kind = f"{full_name}.{entry.name}"
    field = message.field.add(name=name, number=number, label=label)
    if kind in KINDS:
        field.type = KINDS[kind]
    else:
        field.type, field.type_name = FIELD.TYPE_MESSAGE, f".{kind}"


POOL = _pool()


def message(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{AUTH}.{name}"))


CheckRequest, CheckResponse = message("CheckRequest"), message("CheckResponse")
OVERWRITE = 2


class Envoy:
    """An Envoy, as far as it asks and does what it is told."""

    def __init__(self, port):
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._check = self.channel.unary_unary(
            f"/{AUTH}.Authorization/Check",
            request_serializer=CheckRequest.SerializeToString,
            response_deserializer=CheckResponse.FromString,
        )

    def asks(self, request):
        return self._check(request, timeout=30)

    def passes(self, method, path, headers=(), host="api.example", raw=False):
        """What becomes of a request: the upstream's headers, or the caller's status, headers and body."""
        asked = CheckRequest()
        asked.attributes.source.address.socket_address.address = "203.0.113.7"
        http = asked.attributes.request.http
        http.id, http.protocol, http.scheme, http.size = "1", "HTTP/1.1", "https", -1
        http.method, http.path, http.host = method, path, host
        pseudo = [(":method", method), (":path", path), (":authority", host), (":scheme", "https")]
        for name, value in [*pseudo, *headers]:
            name = name.lower()
            if raw:
                http.header_map.headers.add(key=name, raw_value=value.encode())
            else:
                http.headers[name] = f"{http.headers[name]},{value}" if name in http.headers else value
        said = self.asks(asked)
        if said.status.code != 0:
            assert said.HasField("denied_response") and not said.HasField("ok_response")
            denied = said.denied_response
            return denied.status.code, _applied({}, denied.headers), denied.body
        assert said.HasField("ok_response") and not said.HasField("denied_response")
        forwarded = {name.lower(): value for name, value in headers}
        forwarded = _applied(forwarded, said.ok_response.headers)
        # After the setting, as Envoy does it.
        for name in said.ok_response.headers_to_remove:
            forwarded.pop(name, None)
        return 200, forwarded, _applied({}, said.ok_response.response_headers_to_add)


def _applied(headers, options):
    headers = dict(headers)
    for option in options:
        name, value = option.header.key, option.header.value
        headers[name] = value if option.append_action == OVERWRITE else f"{headers.get(name, '')},{value}".strip(",")
    return headers
