-- The console's nouns: people and how they sign in, what is sent to them, what they ask about. And the
-- chain of the audit log.

-- apis: NULL is all of them.
ALTER TABLE account ADD COLUMN apis TEXT COLLATE "C";
ALTER TABLE account ADD COLUMN live BIGINT NOT NULL DEFAULT 1;
CREATE INDEX account_by_name ON account (name, id);

CREATE INDEX member_by_email ON member (email);

ALTER TABLE client ADD COLUMN redirect_uris TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE client ADD COLUMN logout_uris TEXT COLLATE "C" NOT NULL DEFAULT '[]';
CREATE INDEX client_of_account_by_name ON client (account, name, id);
CREATE INDEX client_by_name ON client (name, id);

ALTER TABLE secret ADD COLUMN sealed BYTEA;
CREATE INDEX secret_by_end ON secret (expires, id) WHERE revoked IS NULL;

-- Somebody who signs in. The table cannot be named for what it holds: USER is a word of SQL.
CREATE TABLE person (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C",
    totp_sealed BYTEA,
    totp_since BIGINT,
    totp_last_step BIGINT,
    recovery TEXT COLLATE "C" NOT NULL,
    operator BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX person_who_operates ON person (operator, id);

CREATE TABLE session (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    person TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    complete BIGINT NOT NULL,
    account TEXT COLLATE "C",
    factors TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    proved BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL
);
CREATE INDEX session_of_person ON session (person, created, id);
CREATE INDEX session_by_end ON session (ends);

CREATE TABLE link (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX link_to_address ON link (email, kind);
CREATE INDEX link_by_end ON link (expires);

CREATE TABLE mail (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    recipient TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    created BIGINT NOT NULL,
    next BIGINT,
    tries BIGINT NOT NULL,
    sent BIGINT,
    problem TEXT COLLATE "C"
);
CREATE INDEX mail_due ON mail (next, id) WHERE next IS NOT NULL;
CREATE INDEX mail_by_age ON mail (created, id);

CREATE TABLE hook (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    url TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    topics TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX hook_of_account ON hook (account, id);

-- CASCADE: a message that is being added while its hook goes is caught as well.
CREATE TABLE delivery (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hook TEXT COLLATE "C" NOT NULL REFERENCES hook (id) ON DELETE CASCADE,
    topic TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    next BIGINT,
    tries BIGINT NOT NULL,
    delivered BIGINT,
    status BIGINT,
    problem TEXT COLLATE "C"
);
CREATE INDEX delivery_to_hook ON delivery (hook, created, id);
CREATE INDEX delivery_due ON delivery (next, id) WHERE next IS NOT NULL;
CREATE INDEX delivery_by_age ON delivery (created);

CREATE TABLE alert (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX alert_of_account ON alert (account, at, id);

CREATE TABLE application (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    asked_by TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    api TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    redirect_uris TEXT COLLATE "C" NOT NULL,
    logout_uris TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C",
    answer TEXT COLLATE "C",
    created BIGINT NOT NULL,
    decided BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX application_of_account ON application (account, created, id);
CREATE INDEX application_in_state ON application (state, created, id);
CREATE INDEX application_by_age ON application (created, id);

CREATE TABLE call (
    seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C",
    account TEXT COLLATE "C",
    method TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C",
    api TEXT COLLATE "C",
    status BIGINT NOT NULL,
    code TEXT COLLATE "C",
    acting_user TEXT COLLATE "C",
    presented TEXT COLLATE "C" NOT NULL
);
CREATE INDEX call_of_client ON call (client, seq);
CREATE INDEX call_of_account ON call (account, seq);
CREATE INDEX call_by_request ON call (request, seq);
CREATE INDEX call_by_age ON call (at);

CREATE TABLE checkpoint (
    seq BIGINT NOT NULL PRIMARY KEY,
    hash TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    signature TEXT COLLATE "C" NOT NULL
);

-- Events that stand here already are not in the chain: it begins after them.
ALTER TABLE event ADD COLUMN hash TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE event ALTER COLUMN seq DROP IDENTITY;
CREATE INDEX event_by_actor ON event (actor, seq);

-- What SQLite is taught by sqlite/chain.rs.
CREATE FUNCTION tollgate_chain(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT encode(sha256(convert_to($1 || E'\n' || $2, 'UTF8')), 'hex') $$;

-- The end of the chain. Places are counted here, so that they follow one another without a gap.
CREATE TABLE event_head (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
INSERT INTO event_head (one, seq, hash) SELECT 1, COALESCE(MAX(seq), 0), '' FROM event;
