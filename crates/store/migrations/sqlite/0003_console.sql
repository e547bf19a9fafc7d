-- The console's nouns: people and how they sign in, what is sent to them, what they ask about. And the
-- chain of the audit log.

-- apis: NULL is all of them.
ALTER TABLE account ADD COLUMN apis TEXT;
ALTER TABLE account ADD COLUMN live INTEGER NOT NULL DEFAULT 1;
CREATE INDEX account_by_name ON account (name, id);

CREATE INDEX member_by_email ON member (email);

ALTER TABLE client ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '[]';
ALTER TABLE client ADD COLUMN logout_uris TEXT NOT NULL DEFAULT '[]';
CREATE INDEX client_of_account_by_name ON client (account, name, id);
CREATE INDEX client_by_name ON client (name, id);

ALTER TABLE secret ADD COLUMN sealed BLOB;
CREATE INDEX secret_by_end ON secret (expires, id) WHERE revoked IS NULL;

-- Somebody who signs in. The table cannot be named for what it holds: USER is a word of SQL.
CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT,
    totp_sealed BLOB,
    totp_since INTEGER,
    totp_last_step INTEGER,
    recovery TEXT NOT NULL,
    operator INTEGER NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX person_who_operates ON person (operator, id);

CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES person (id),
    complete INTEGER NOT NULL,
    account TEXT,
    factors TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    proved INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX session_of_person ON session (person, created, id);
CREATE INDEX session_by_end ON session (ends);

CREATE TABLE link (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    person TEXT,
    detail TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX link_to_address ON link (email, kind);
CREATE INDEX link_by_end ON link (expires);

CREATE TABLE mail (
    id TEXT NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed BLOB,
    created INTEGER NOT NULL,
    next INTEGER,
    tries INTEGER NOT NULL,
    sent INTEGER,
    problem TEXT
) STRICT;
CREATE INDEX mail_due ON mail (next, id) WHERE next IS NOT NULL;
CREATE INDEX mail_by_age ON mail (created, id);

CREATE TABLE hook (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    url TEXT NOT NULL,
    sealed BLOB NOT NULL,
    topics TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX hook_of_account ON hook (account, id);

-- CASCADE: a message that is being added while its hook goes is caught as well.
CREATE TABLE delivery (
    id TEXT NOT NULL PRIMARY KEY,
    hook TEXT NOT NULL REFERENCES hook (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    next INTEGER,
    tries INTEGER NOT NULL,
    delivered INTEGER,
    status INTEGER,
    problem TEXT
) STRICT;
CREATE INDEX delivery_to_hook ON delivery (hook, created, id);
CREATE INDEX delivery_due ON delivery (next, id) WHERE next IS NOT NULL;
CREATE INDEX delivery_by_age ON delivery (created);

CREATE TABLE alert (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    client TEXT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX alert_of_account ON alert (account, at, id);

CREATE TABLE application (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    asked_by TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    api TEXT NOT NULL,
    scopes TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    logout_uris TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    client TEXT,
    answer TEXT,
    created INTEGER NOT NULL,
    decided INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX application_of_account ON application (account, created, id);
CREATE INDEX application_in_state ON application (state, created, id);
CREATE INDEX application_by_age ON application (created, id);

CREATE TABLE call (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    request TEXT NOT NULL,
    place TEXT NOT NULL,
    client TEXT,
    account TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    route TEXT,
    api TEXT,
    status INTEGER NOT NULL,
    code TEXT,
    acting_user TEXT,
    presented TEXT NOT NULL
) STRICT;
CREATE INDEX call_of_client ON call (client, seq);
CREATE INDEX call_of_account ON call (account, seq);
CREATE INDEX call_by_request ON call (request, seq);
CREATE INDEX call_by_age ON call (at);

CREATE TABLE checkpoint (
    seq INTEGER NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    signature TEXT NOT NULL
) STRICT;

-- Events that stand here already are not in the chain: it begins after them.
ALTER TABLE event ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE INDEX event_by_actor ON event (actor, seq);

-- The end of the chain. Places are counted here, so that they follow one another without a gap.
CREATE TABLE event_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO event_head (one, seq, hash) SELECT 1, COALESCE(MAX(seq), 0), '' FROM event;
