-- The nouns. Moments are unix seconds, lists are JSON, yes and no are 1 and 0. Text is compared
-- octet by octet (collation C), as SQLite does, so that lists have one order everywhere.

CREATE TABLE account (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE member (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    roles TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (account, email)
);
CREATE INDEX member_of_account ON member (account, id);

CREATE TABLE api (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    audience TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    unasked TEXT COLLATE "C" NOT NULL,
    lifetime BIGINT NOT NULL,
    algorithm TEXT COLLATE "C" NOT NULL,
    profile TEXT COLLATE "C" NOT NULL,
    declared BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- The owner is not a foreign key: a member may go while a client still names it; then nobody owns it.
CREATE TABLE client (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    auth_methods TEXT COLLATE "C" NOT NULL,
    grant_types TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C",
    introspects TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX client_of_account ON client (account, id);

CREATE TABLE secret (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    label TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    expires BIGINT,
    revoked BIGINT,
    last_used BIGINT
);
CREATE INDEX secret_of_client ON secret (client);

CREATE TABLE client_grant (
    client TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    api TEXT COLLATE "C" NOT NULL REFERENCES api (id),
    scopes TEXT COLLATE "C" NOT NULL,
    lifetime BIGINT,
    PRIMARY KEY (client, api)
);
CREATE INDEX grant_for_api ON client_grant (api);

CREATE TABLE route (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    declared BIGINT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL
);

CREATE TABLE signing_key (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    algorithm TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    public TEXT COLLATE "C" NOT NULL,
    published BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retires BIGINT,
    version BIGINT NOT NULL
);

CREATE TABLE operator (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL
);

-- The kinds of which there ever was an operator: its key decides who was the first.
CREATE TABLE operator_kind (
    kind TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE TABLE revocation (
    noun TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    issued_until BIGINT NOT NULL,
    forget_after BIGINT NOT NULL,
    PRIMARY KEY (noun, target)
);
CREATE INDEX revocation_by_end ON revocation (forget_after);

CREATE TABLE allowance (
    bucket TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started BIGINT NOT NULL,
    used BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX allowance_by_end ON allowance (ends);

CREATE TABLE usage (
    client TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    count BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (client, what, day)
);

CREATE TABLE event (
    seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C",
    subject TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    refusal TEXT COLLATE "C",
    request TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX event_of_account ON event (account, seq);
CREATE INDEX event_about_subject ON event (subject, seq);
