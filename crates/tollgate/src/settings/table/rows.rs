//! The rows of the table. A section's row comes before its keys.

use super::Kind::{
    Address, Choice, Choices, Day, File, Flag, Ips, Named, Number, Seconds, Table, Tables, Text, Texts, Url,
};
use super::Otherwise::{Absent, Is, Required, Yours};
use super::{Kind, Otherwise, Setting};
use crate::settings::preset;

const YEAR: i64 = 31_536_000;
const DIALECTS: &[&str] = &[
    "rfc",
    "auth0",
    "auth0-classic",
    "hydra",
    "hydra-classic",
    "identityserver",
];
const PROFILES: &[&str] = &["rfc9068", "auth0", "hydra", "identityserver"];
const METHODS: &[&str] = &["client_secret_basic", "client_secret_post"];
const ENDPOINTS: &[&str] = &["token", "introspection", "revocation", "jwks"];
const ANY: i64 = i64::MAX;

const fn section(path: &'static str, kind: Kind, otherwise: Otherwise, manual: &'static str) -> Setting {
    Setting {
        path,
        kind,
        otherwise,
        manual,
        example: "",
    }
}

const fn row(
    path: &'static str,
    kind: Kind,
    otherwise: Otherwise,
    manual: &'static str,
    example: &'static str,
) -> Setting {
    Setting {
        path,
        kind,
        otherwise,
        manual,
        example,
    }
}

/// Every setting there is.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    row("preset", Choice(&preset::NAMES), Absent("no preset"), "The vendor whose endpoints, answers, APIs and routes stand beneath this configuration. Tables are merged with the preset's, key by key; lists replace the preset's.", r#""safesend""#),

    section("vendor", Table, Is("{}"), "Who runs this."),
    row("vendor.name", Text, Absent("`tollgate`"), "The name, as people read it; also the realm in the gateway's challenges.", r#""Example Ltd""#),
    row("vendor.documentation", Url, Absent("not said"), "Where integrators read on; said in the metadata (RFC 8414 §2).", r#""https://developers.example.com""#),
    row("vendor.security_contact", Url, Absent("no security.txt"), "Where security researchers write to: an https:, mailto: or tel: URI for /.well-known/security.txt (RFC 9116).", r#""mailto:security@example.com""#),

    section("server", Table, Is("{}"), "Where the issuer listens, and how the world knows it."),
    row("server.listen", Address, Is(r#""127.0.0.1:8080""#), "Address and port of the issuer.", r#""0.0.0.0:8443""#),
    row("server.public_url", Url, Yours("nothing: must be set"), "Scheme and authority under which the world reaches the issuer, without a path. Everything the issuer says of itself is built from it, never from a request's own Host. Must be https, but for development on loopback.", r#""https://auth.example.com""#),
    row("server.management_listen", Address, Is(r#""127.0.0.1:8090""#), "Address and port of the management API, the gateways' feed and health. Never a public address, and never shared with another listener.", r#""10.0.0.5:8090""#),
    row("server.trusted_proxies", Ips, Is("[]"), "Reverse proxies whose X-Forwarded-For is believed.", r#"["10.0.0.7"]"#),
    row("server.body_timeout", Seconds(1, 600), Is("15"), "How long the body of a token, introspection or revocation request may take to arrive.", "30"),
    row("server.development", Flag, Is("false"), "Allows an http:// public_url on loopback, for trying out and for tests. Refused when anything listens beyond loopback.", "true"),
    section("server.tls", Table, Absent("no TLS, which a proxy in front then ends"), "Certificate and key, when the issuer speaks TLS itself. PEM files."),
    row("server.tls.certificate", File, Required, "The chain, leaf first.", r#""/etc/tollgate/tls/chain.pem""#),
    row("server.tls.key", File, Required, "The private key.", r#""/etc/tollgate/tls/key.pem""#),
    section("server.management_tls", Table, Absent("no TLS, and loopback only"), "Certificate and key of the management listener; required when it listens beyond loopback. PEM files."),
    row("server.management_tls.certificate", File, Required, "The chain, leaf first.", r#""/etc/tollgate/tls/chain.pem""#),
    row("server.management_tls.key", File, Required, "The private key.", r#""/etc/tollgate/tls/key.pem""#),

    section("store", Table, Is("{}"), "Where records are kept."),
    row("store.url", Text, Is(r#""sqlite:tollgate.db""#), "sqlite:PATH for the embedded store, or postgres://USER@HOST/DATABASE for any number of equal nodes. An address with a password belongs into url_file.", r#""postgres://tollgate@db.example.com/tollgate?sslmode=require""#),
    row("store.url_file", File, Absent("`store.url` holds"), "A file with the address instead, when it holds a password.", r#""/run/secrets/store-url""#),
    row("store.connections", Number(1, 1000), Is("16"), "Connections to PostgreSQL at most, besides one that listens. SQLite does not heed it.", "32"),

    section("master_key", Table, Is("{}"), "The key over all keys: what is kept sealed can be read with it alone."),
    row("master_key.file", File, Yours("nothing: must be set, unless `TOLLGATE_MASTER_KEY` holds the key"), "A file with 32 random bytes in base64url, which `tollgate init --master-key FILE` makes. The environment variable TOLLGATE_MASTER_KEY, with the key itself, goes before it.", r#""master.key""#),

    section("issuer", Table, Is("{}"), "The authorization server."),
    row("issuer.enabled", Flag, Is("true"), "Whether this process is one.", "false"),
    row("issuer.path", Text, Is(r#""""#), "What the issuer identifier has after server.public_url: nothing, a slash, or a path.", r#""/""#),
    row("issuer.dialect", Choice(DIALECTS), Is(r#""rfc""#), "How refusals are said: to the letter of RFC 6749, or as a family of servers says them. `docs/reference/errors.md` shows each.", r#""auth0""#),
    row("issuer.bodies", Choices(&["form", "json"]), Is(r#"["form"]"#), "Which bodies the token endpoint reads.", r#"["form", "json"]"#),
    row("issuer.target", Choice(&["required", "named-or-sole", "by-scope"]), Is(r#""named-or-sole""#), "How a token request names its target: audience or resource is required; or goes without saying where the client has one grant only; or the scopes select it.", r#""required""#),
    row("issuer.scope_in_answer", Choice(&["when-any", "always", "never"]), Is(r#""when-any""#), "When a token answer carries scope (RFC 6749 §5.1).", r#""always""#),
    row("issuer.expires_in", Choice(&["exact", "truncated"]), Is(r#""exact""#), "How expires_in is counted: from iat to exp, or the whole seconds that remain when the answer is sent.", r#""truncated""#),
    row("issuer.basic_and_body_together", Flag, Is("false"), "Whether credentials may come in the Authorization header and in the body at once, as long as they name the same client. RFC 6749 §2.3 forbids it.", "true"),
    row("issuer.revoke_secret_in_query", Flag, Is("false"), "Whether a valid secret that is seen in a query string is revoked on the spot. It is never honoured there.", "true"),
    section("issuer.paths", Table, Is("{}"), "Where the endpoints are."),
    row("issuer.paths.token", Text, Is(r#""/oauth2/token""#), "The token endpoint (RFC 6749 §3.2).", r#""/oauth/token""#),
    row("issuer.paths.introspection", Text, Is(r#""/oauth2/introspect""#), "Introspection (RFC 7662).", r#""/oauth/introspect""#),
    row("issuer.paths.revocation", Text, Is(r#""/oauth2/revoke""#), "Revocation (RFC 7009).", r#""/oauth/revoke""#),
    row("issuer.paths.jwks", Text, Is(r#""/.well-known/jwks.json""#), "The public keys (RFC 7517 §5).", r#""/oauth/jwks""#),
    section("issuer.token_requests", Table, Absent("no limit"), "The most token requests of one client."),
    row("issuer.token_requests.count", Number(1, 1_000_000_000), Required, "How many.", "40"),
    row("issuer.token_requests.window", Seconds(1, YEAR), Required, "In which time.", "3600"),
    section("issuer.wrong_secrets", Table, Absent("10 in 60 seconds"), "How many wrong secrets for one client from one address are taken before further ones are answered 429."),
    row("issuer.wrong_secrets.count", Number(1, 1_000_000), Required, "How many.", "10"),
    row("issuer.wrong_secrets.window", Seconds(1, YEAR), Required, "In which time.", "60"),
    section("issuer.alias", Tables, Absent("no alias"), "Other ways to the same endpoints, for integrations that know an older one."),
    row("issuer.alias[].endpoint", Choice(ENDPOINTS), Required, "To which endpoint.", r#""token""#),
    row("issuer.alias[].path", Text, Required, "Its path.", r#""/connect/token""#),
    row("issuer.alias[].host", Text, Absent("any host"), "Only under this host name, without port.", r#""login.example.com""#),
    row("issuer.alias[].deprecated", Day, Absent("not deprecated"), "The day since which it is deprecated: answers through it say so (RFC 9745), and its use is counted for each client.", r#""2026-01-31""#),
    row("issuer.alias[].sunset", Day, Absent("no end in sight"), "The day on which it ends (RFC 8594).", r#""2027-01-31""#),
    row("issuer.alias[].link", Url, Absent("no link"), "Where people read about it.", r#""https://developers.example.com/new-endpoint""#),

    section("clients", Table, Is("{}"), "New clients."),
    row("clients.auth_methods", Choices(METHODS), Is(r#"["client_secret_basic"]"#), "How clients may authenticate here, and no other way (RFC 7591 §2). A new client may in all of these unless its maker names fewer.", r#"["client_secret_basic", "client_secret_post"]"#),

    section("clients.redirects", Table, Is("{}"), "Redirect addresses (RFC 6749 §3.1.2) and logout addresses of clients, compared octet for octet."),
    row("clients.redirects.used", Flag, Is("false"), "Whether clients have any.", "true"),
    row("clients.redirects.required", Flag, Is("false"), "Whether a client needs at least one redirect address.", "true"),
    row("clients.redirects.most", Number(1, 100), Is("5"), "How many of each at most.", "10"),
    row("clients.redirects.loopback", Choice(&["test", "any", "never"]), Is(r#""test""#), "Which clients may name addresses of their own machine (localhost, 127.0.0.1, [::1]): test clients, all, or none.", r#""never""#),

    section("secrets", Table, Is("{}"), "Secrets of clients."),
    row("secrets.most_alive", Number(1, 100), Is("2"), "How many of one client may be alive at once.", "1"),
    row("secrets.overlap", Seconds(0, 10 * YEAR), Is("0"), "How long the old ones live on after Regenerate unless the owner says otherwise; 0: not at all.", "86400"),
    row("secrets.longest_overlap", Seconds(0, 10 * YEAR), Is("2592000"), "The longest overlap that an owner may choose.", "604800"),
    row("secrets.lifetime", Seconds(1, 10 * YEAR), Absent("until it is replaced"), "How long a new secret lives.", "31536000"),
    row("secrets.revealable", Flag, Is("false"), "Whether the owner of a secret may look at it again. It is then kept sealed under the master key besides its digest; otherwise the digest is all there is.", "true"),

    section("keys", Table, Is("{}"), "Signing keys."),
    row("keys.publish_ahead", Seconds(0, YEAR), Is("600"), "How long a new key stands among the public keys before it signs. Others may cache them half as long.", "3600"),
    row("keys.leeway", Seconds(0, YEAR), Is("60"), "How long a retired key stays beyond the longest token, for clocks that differ.", "300"),

    section("members", Table, Is("{}"), "Members of customer firms."),
    row("members.roles", Texts, Is("[]"), "The roles that a member may hold; empty: any word.", r#"["Admin", "Developer", "Auditor"]"#),

    section("console", Table, Is("{}"), "The console: the developer section of customer firms and the operators' desk."),
    row("console.enabled", Flag, Is("true"), "Whether the developer section is served at the public address.", "false"),
    row("console.desk", Choice(&["management", "everywhere"]), Is(r#""management""#), "Where the operators' desk is open: at the management listener alone, or at the public address too.", r#""everywhere""#),
    row("console.examples", Texts, Is("[]"), "Paths of the APIs that the console's ready-made requests call first, where one is open to the client.", r#"["/invoices/latest"]"#),
    row("console.opens", Day, Absent("it is there"), "The day from which the developer section is there. Operators see it before.", r#""2027-04-25""#),
    row("console.clients", Choice(&["self-service", "request", "operator"]), Is(r#""self-service""#), "How a client comes to be: a firm's own people make it; they ask for it and an operator approves; or operators make it.", r#""request""#),
    row("console.sign_up", Flag, Is("false"), "Whether anybody may open an account alone, for test clients.", "true"),
    section("console.words", Table, Is("{}"), "What pages call things."),
    row("console.words.menu", Text, Absent("Account"), "The menu above the developer section.", r#""Account Management""#),
    row("console.words.section", Text, Absent("Developer section"), "The developer section.", r#""Developer Section""#),
    row("console.words.clients", Text, Absent("API clients"), "Its list of clients.", r#""APIs - Client""#),
    row("console.words.credentials", Text, Absent("Authentication"), "A client's tab with id and secrets.", r#""OAuth credentials""#),
    row("console.words.helpers", Text, Absent("support"), "Whom a firm asks for a client that it cannot make.", r#""Professional Services""#),
    section("console.roles", Table, Is("{}"), "Which of a member's roles open what in the developer section. A member with none of them stays outside; where all three lists are empty, every member is an API developer."),
    row("console.roles.admin", Texts, Is("[]"), "Account admins: clients, secrets and members.", r#"["Admin"]"#),
    row("console.roles.developer", Texts, Is("[]"), "API developers: clients and secrets.", r#"["Developer"]"#),
    row("console.roles.viewer", Texts, Is("[]"), "Those who only look.", r#"["Auditor"]"#),
    section("console.default_client", Table, Absent("none"), "The client that a new account has from the start."),
    row("console.default_client.name", Text, Required, "Its name.", r#""Default client""#),
    row("console.default_client.environment", Choice(&["test", "live"]), Is(r#""live""#), "Test or live; in an account that somebody opened alone always test.", r#""test""#),
    row("console.default_client.api", Text, Required, "The API it may call.", r#""invoices""#),
    row("console.default_client.scopes", Texts, Is("[]"), "With these scopes.", r#"["invoices.read"]"#),
    section("console.sessions", Table, Is("{}"), "How long people stay signed in, and how long links in mails work."),
    row("console.sessions.idle", Seconds(60, YEAR), Is("1800"), "Without a request.", "900"),
    row("console.sessions.absolute", Seconds(300, YEAR), Is("43200"), "Altogether.", "28800"),
    row("console.sessions.proved", Seconds(30, 86_400), Is("600"), "How long after the password was shown what is dangerous does not ask for it again.", "300"),
    row("console.sessions.invitation", Seconds(300, YEAR), Is("604800"), "How long an invitation works.", "86400"),
    row("console.sessions.reset", Seconds(300, 86_400), Is("3600"), "How long a link to choose another password works.", "1800"),
    section("console.wrong_passwords", Table, Absent("10 in 900 seconds"), "How many wrong passwords and codes for one person are taken before further ones are refused."),
    row("console.wrong_passwords.count", Number(1, 1_000_000), Required, "How many.", "5"),
    row("console.wrong_passwords.window", Seconds(1, YEAR), Required, "In which time.", "600"),

    section("mail", Table, Absent("mails wait unsent; with server.development they stay in the outbox, where operators read them"), "How mails leave: the SMTP server that takes them."),
    row("mail.host", Text, Required, "Its name.", r#""smtp.example.com""#),
    row("mail.port", Number(1, 65_535), Is("587"), "Its port.", "465"),
    row("mail.security", Choice(&["starttls", "tls", "none"]), Is(r#""starttls""#), "How the connection is protected: STARTTLS, which is then required; TLS from the first octet; or nothing, on loopback alone.", r#""tls""#),
    row("mail.from", Text, Required, "Whom mails come from: an address, with a name before it if you like.", r#""Example <no-reply@example.com>""#),
    row("mail.username", Text, Absent("no sign-in"), "The name to sign in with.", r#""tollgate""#),
    row("mail.password_file", File, Absent("`TOLLGATE_MAIL_PASSWORD`"), "A file with its password. The environment variable TOLLGATE_MAIL_PASSWORD, with the password itself, goes before it.", r#""/run/secrets/mail-password""#),
    row("mail.roots", File, Absent("the system's alone"), "PEM file with certificate authorities, besides the system's.", r#""/etc/tollgate/tls/roots.pem""#),

    section("webhooks", Table, Is("{}"), "Signed messages (Standard Webhooks) to addresses that accounts name."),
    row("webhooks.timeout", Seconds(1, 60), Is("15"), "How long a receiver may take to answer.", "5"),
    row("webhooks.private_addresses", Flag, Is("false"), "Whether they may go to private addresses and over http://. For trying out and for tests: with it, whoever may name an address may make this server knock on machines of its own network.", "false"),

    section("leaks", Table, Is("{}"), "Reports of leaked secrets (`POST /leaks`), in the form that secret-scanning partners use."),
    row("leaks.action", Choice(&["revoke", "mark"]), Is(r#""revoke""#), "What is done with a living secret that was reported: it is revoked with the tokens it bought, or its owner is told and nothing else.", r#""mark""#),
    section("leaks.partner", Tables, Absent("everybody may report"), "Partners whose signed reports are taken; with any, unsigned reports are not."),
    row("leaks.partner[].id", Text, Required, "The name of its key, as reports carry it.", r#""90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a""#),
    row("leaks.partner[].key", File, Required, "The public key (ECDSA P-256), a PEM file.", r#""/etc/tollgate/partner.pem""#),

    section("api", Tables, Absent("those that are added through the management API"), "An API whose tokens are issued: a resource server."),
    row("api[].id", Text, Required, "A short word for it, by which routes and grants name it.", r#""invoices""#),
    row("api[].audience", Text, Required, "`aud` of its tokens, and what a token request names.", r#""https://api.example.com""#),
    row("api[].name", Text, Required, "Its name, as people read it.", r#""Invoices API""#),
    row("api[].unasked", Choice(&["granted", "nothing", "refused"]), Is(r#""granted""#), "What a token request gets that names no scope (RFC 6749 §3.3): all that was granted, no scope, or a refusal.", r#""refused""#),
    row("api[].lifetime", Seconds(1, YEAR), Is("3600"), "How long its tokens live, unless the client's grant says otherwise.", "86400"),
    row("api[].algorithm", Choice(&["RS256", "ES256", "PS256", "EdDSA"]), Is(r#""ES256""#), "What signs its tokens (RFC 7518 §3, RFC 8037 §3.1).", r#""RS256""#),
    row("api[].profile", Choice(PROFILES), Is(r#""rfc9068""#), "How its tokens spell their claims: RFC 9068, or as a family of servers does.", r#""auth0""#),
    section("api[].scopes", Tables, Is("[]"), "Its scopes, and what each opens."),
    row("api[].scopes[].name", Text, Required, "The scope-token (RFC 6749 §3.3).", r#""invoices.read""#),
    row("api[].scopes[].description", Text, Required, "What it opens, in words.", r#""Read invoices""#),

    section("upstream", Named, Absent("none"), "Servers behind the gateway. Routes name them by the word after the dot."),
    row("upstream.*.targets", Texts, Required, "Base URLs without a path; calls are spread over the healthy ones.", r#"["http://10.0.0.10:8080", "http://10.0.0.11:8080"]"#),
    row("upstream.*.http2", Flag, Is("false"), "Speak HTTP/2 without negotiation to http:// targets. Over TLS it is negotiated.", "true"),
    row("upstream.*.health_path", Text, Absent("a target counts as healthy"), "Path asked of each target to see whether it is healthy.", r#""/health""#),
    row("upstream.*.connect_timeout", Seconds(1, 3600), Absent("5 seconds"), "How long to wait for a connection.", "2"),
    row("upstream.*.response_timeout", Seconds(1, 3600), Absent("60 seconds"), "How long to wait for the head of the answer.", "30"),
    row("upstream.*.upgrades", Flag, Is("false"), "Whether connection upgrades such as WebSocket are passed on.", "true"),
    row("upstream.*.max_body", Number(0, ANY), Is("0"), "Request bodies over this many bytes are refused; 0: no cap.", "10485760"),

    section("route", Tables, Absent("those that are added through the management API"), "A rule of the gateway: which requests, what they must carry, and where they go. What no route takes is refused."),
    row("route[].id", Text, Required, "A short word for it.", r#""invoices-read""#),
    row("route[].hosts", Texts, Is("[]"), "Host names it answers for, without port; none: any. A route with a host is asked before one without.", r#"["api.example.com"]"#),
    row("route[].methods", Texts, Is("[]"), "Methods; none: any. HEAD goes where GET goes.", r#"["GET"]"#),
    row("route[].path", Text, Required, "Path pattern: literal segments, {name} for one segment, {name...} at the end for the rest.", r#""/invoices/{rest...}""#),
    row("route[].api", Text, Absent("the route is public"), "The API whose tokens open it.", r#""invoices""#),
    row("route[].opens", Texts, Is("[]"), "Of a public route: the protected routes in whose space it lies. It is refused there unless it names them.", "[]"),
    row("route[].scopes", Texts, Is("[]"), "Scopes of which all are required.", r#"["invoices.read"]"#),
    row("route[].upstream", Text, Required, "The upstream, by name.", r#""example""#),
    section("route[].acting_user", Table, Absent("nobody need be named"), "Whether a member of the caller's firm must be named, and who may act."),
    row("route[].acting_user.header", Text, Absent("the client's owner acts"), "The header that carries the member's e-mail address.", r#""x-email""#),
    row("route[].acting_user.roles", Texts, Is("[]"), "Roles of which one suffices; none: any member.", r#"["Developer"]"#),

    section("gateway", Table, Is("{}"), "The gateway in front of the APIs."),
    row("gateway.enabled", Flag, Is("true"), "Whether this process is one.", "false"),
    row("gateway.listen", Address, Is(r#""127.0.0.1:8081""#), "Address and port of the gateway.", r#""0.0.0.0:443""#),
    row("gateway.public_url", Url, Absent("not said"), "Scheme and authority under which the world reaches the gateway; the console's ready-made requests begin with it.", r#""https://api.example.com""#),
    row("gateway.pass_authorization", Flag, Is("false"), "Whether the caller's Authorization header goes on to the upstream. It then holds a token that opens the API.", "true"),
    row("gateway.trusted_proxies", Ips, Is("[]"), "Reverse proxies whose X-Forwarded-* is believed.", r#"["10.0.0.7"]"#),
    row("gateway.leeway", Seconds(0, 60), Is("10"), "By how much the issuer's clock may be ahead. A token past its expiry is dead at once all the same.", "5"),
    row("gateway.remembered_tokens", Number(0, 100_000_000), Is("100000"), "How many verified tokens are remembered.", "500000"),
    row("gateway.upstream_roots", File, Absent("the system's alone"), "PEM file with certificate authorities for https:// upstreams, besides the system's.", r#""/etc/tollgate/tls/roots.pem""#),
    section("gateway.tls", Table, Absent("no TLS, which a proxy in front then ends"), "Certificate and key, when the gateway speaks TLS itself. PEM files."),
    row("gateway.tls.certificate", File, Required, "The chain, leaf first.", r#""/etc/tollgate/tls/chain.pem""#),
    row("gateway.tls.key", File, Required, "The private key.", r#""/etc/tollgate/tls/key.pem""#),
    section("gateway.feed", Table, Absent("this process is the issuer too"), "The issuer that a gateway on its own follows; required where issuer.enabled is false."),
    row("gateway.feed.url", Url, Required, "Its management listener; https, but on loopback.", r#""https://10.0.0.5:8090""#),
    row("gateway.feed.token_file", File, Absent("`TOLLGATE_GATEWAY_TOKEN`"), "A file with the gateway's token. The environment variable TOLLGATE_GATEWAY_TOKEN, with the token itself, goes before it.", r#""/run/secrets/gateway-token""#),

    section("demo", Table, Absent("no demo"), "What `tollgate demo` sets up for a visitor. A server does not read it."),
    row("demo.account", Text, Required, "The customer firm.", r#""Example Customer Ltd""#),
    row("demo.path", Text, Required, "A protected path of the sample API that answers GET.", r#""/invoices/latest""#),
    section("demo.member", Table, Required, "Its member, who may do everything."),
    row("demo.member.email", Text, Required, "E-mail address.", r#""dev@customer.example""#),
    row("demo.member.name", Text, Required, "Name.", r#""Kim Developer""#),
    row("demo.member.roles", Texts, Is("[]"), "Roles.", r#"["Developer"]"#),
    section("demo.client", Table, Required, "Its client."),
    row("demo.client.name", Text, Required, "Name.", r#""Bookkeeping""#),
    row("demo.client.api", Text, Required, "The API it is granted.", r#""invoices""#),
    row("demo.client.scopes", Texts, Is("[]"), "The scopes it is granted.", r#"["invoices.read"]"#),
    row("demo.client.lifetime", Seconds(1, YEAR), Absent("the API's"), "Token lifetime, where it differs from the API's.", "7200"),
    row("demo.client.redirect_uris", Texts, Is("[]"), "Its redirect addresses.", r#"["https://app.customer.example/callback"]"#),
    section("demo.sample", Tables, Is("[]"), "What the sample API answers."),
    row("demo.sample[].method", Text, Required, "Method.", r#""GET""#),
    row("demo.sample[].path", Text, Required, "Path.", r#""/invoices/latest""#),
    row("demo.sample[].answer", Text, Required, "JSON; {account}, {client}, {scopes}, {acting_user} and {body} are filled in.", r#"'{"for": "{account}"}'"#),
];
