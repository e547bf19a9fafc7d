-- The nouns. Moments are unix seconds, lists are JSON, yes and no are 1 and 0.

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (account, email)
) STRICT;
CREATE INDEX member_of_account ON member (account, id);

CREATE TABLE api (
    id TEXT NOT NULL PRIMARY KEY,
    audience TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    unasked TEXT NOT NULL,
    lifetime INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    profile TEXT NOT NULL,
    declared INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- The owner is not a foreign key: a member may go while a client still names it; then nobody owns it.
CREATE TABLE client (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    auth_methods TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    owner TEXT,
    introspects TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX client_of_account ON client (account, id);

CREATE TABLE secret (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES client (id),
    label TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires INTEGER,
    revoked INTEGER,
    last_used INTEGER
) STRICT;
CREATE INDEX secret_of_client ON secret (client);

CREATE TABLE client_grant (
    client TEXT NOT NULL REFERENCES client (id),
    api TEXT NOT NULL REFERENCES api (id),
    scopes TEXT NOT NULL,
    lifetime INTEGER,
    PRIMARY KEY (client, api)
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_for_api ON client_grant (api);

CREATE TABLE route (
    id TEXT NOT NULL PRIMARY KEY,
    declared INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    sealed BLOB NOT NULL,
    public TEXT NOT NULL,
    published INTEGER NOT NULL,
    active_from INTEGER NOT NULL,
    retires INTEGER,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE operator (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- The kinds of which there ever was an operator: its key decides who was the first.
CREATE TABLE operator_kind (
    kind TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE revocation (
    noun TEXT NOT NULL,
    target TEXT NOT NULL,
    issued_until INTEGER NOT NULL,
    forget_after INTEGER NOT NULL,
    PRIMARY KEY (noun, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX revocation_by_end ON revocation (forget_after);

CREATE TABLE allowance (
    bucket TEXT NOT NULL PRIMARY KEY,
    started INTEGER NOT NULL,
    used INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX allowance_by_end ON allowance (ends);

CREATE TABLE usage (
    client TEXT NOT NULL,
    what TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (client, what, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    refusal TEXT,
    request TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_account ON event (account, seq);
CREATE INDEX event_about_subject ON event (subject, seq);
