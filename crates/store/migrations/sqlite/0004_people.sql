-- People at clients: their way through the authorization endpoint, what they let clients do, the refresh tokens that
-- came of it, who they are elsewhere, and the farewells that clients are to get.

-- How people sign in at a client: JSON, of which what is missing is the house's way.
ALTER TABLE client ADD COLUMN sign_in TEXT NOT NULL DEFAULT '{}';

-- Whoever is on record already has followed a link to the address.
ALTER TABLE person ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';
ALTER TABLE person ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 1;

-- Which sessions took each other's place.
ALTER TABLE session ADD COLUMN line TEXT NOT NULL DEFAULT '';
UPDATE session SET line = id;

-- One way of a person from a request to its code. The table cannot be named for what it holds: AUTHORIZATION is a word
-- of SQL. It names client, session and consent without foreign keys: it is short-lived, and outlives the last two so
-- that a code that comes again is known. `session` is the line of the session in `identified`, to be found by it.
CREATE TABLE client_authorization (
    id TEXT NOT NULL PRIMARY KEY,
    browser TEXT NOT NULL,
    client TEXT NOT NULL,
    account TEXT NOT NULL,
    asked TEXT NOT NULL,
    stage TEXT NOT NULL,
    identified TEXT,
    session TEXT,
    scopes TEXT NOT NULL,
    consent TEXT,
    code TEXT UNIQUE,
    errand TEXT,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    forget_after INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX authorization_in_session ON client_authorization (session, created, id) WHERE code IS NOT NULL;
CREATE INDEX authorization_by_end ON client_authorization (forget_after);

CREATE TABLE consent (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    client TEXT NOT NULL REFERENCES client (id),
    account TEXT NOT NULL,
    given TEXT NOT NULL,
    created INTEGER NOT NULL,
    revised INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (person, client)
) STRICT;
CREATE INDEX consent_of_person ON consent (person, id);
CREATE INDEX consent_to_client ON consent (client, id);

-- CASCADE: a family that begins while its consent is taken back is caught as well. `person` repeats what stands in
-- `identified`, to be joined by it.
CREATE TABLE refresh_family (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    account TEXT NOT NULL,
    consent TEXT NOT NULL REFERENCES consent (id) ON DELETE CASCADE,
    api TEXT,
    scopes TEXT NOT NULL,
    person TEXT NOT NULL,
    identified TEXT NOT NULL,
    claims TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    live TEXT NOT NULL,
    previous TEXT,
    rotated INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_family_under_consent ON refresh_family (consent, created, id);
CREATE INDEX refresh_family_by_end ON refresh_family (expires);

CREATE TABLE identity (
    connection TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id),
    created INTEGER NOT NULL,
    PRIMARY KEY (connection, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_of_person ON identity (person);

CREATE TABLE farewell (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    uri TEXT NOT NULL,
    subject TEXT NOT NULL,
    session TEXT NOT NULL,
    created INTEGER NOT NULL,
    next INTEGER,
    tries INTEGER NOT NULL,
    problem TEXT
) STRICT;
CREATE INDEX farewell_due ON farewell (next, id) WHERE next IS NOT NULL;
CREATE INDEX farewell_by_age ON farewell (created);
