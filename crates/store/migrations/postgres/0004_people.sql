-- People at clients: their way through the authorization endpoint, what they let clients do, the refresh tokens that
-- came of it, who they are elsewhere, and the farewells that clients are to get.

-- How people sign in at a client: JSON, of which what is missing is the house's way.
ALTER TABLE client ADD COLUMN sign_in TEXT COLLATE "C" NOT NULL DEFAULT '{}';

-- Whoever is on record already has followed a link to the address.
ALTER TABLE person ADD COLUMN claims TEXT COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE person ADD COLUMN email_verified BIGINT NOT NULL DEFAULT 1;

-- Which sessions took each other's place.
ALTER TABLE session ADD COLUMN line TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE session SET line = id;

-- One way of a person from a request to its code. The table cannot be named for what it holds: AUTHORIZATION is a word
-- of SQL. It names client, session and consent without foreign keys: it is short-lived, and outlives the last two so
-- that a code that comes again is known. `session` is the line of the session in `identified`, to be found by it.
CREATE TABLE client_authorization (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    browser TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    asked TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    identified TEXT COLLATE "C",
    session TEXT COLLATE "C",
    scopes TEXT COLLATE "C" NOT NULL,
    consent TEXT COLLATE "C",
    code TEXT COLLATE "C" UNIQUE,
    errand TEXT COLLATE "C",
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    forget_after BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX authorization_in_session ON client_authorization (session, created, id) WHERE code IS NOT NULL;
CREATE INDEX authorization_by_end ON client_authorization (forget_after);

CREATE TABLE consent (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    client TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    account TEXT COLLATE "C" NOT NULL,
    given TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    revised BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (person, client)
);
CREATE INDEX consent_of_person ON consent (person, id);
CREATE INDEX consent_to_client ON consent (client, id);

-- CASCADE: a family that begins while its consent is taken back is caught as well. `person` repeats what stands in
-- `identified`, to be joined by it.
CREATE TABLE refresh_family (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    consent TEXT COLLATE "C" NOT NULL REFERENCES consent (id) ON DELETE CASCADE,
    api TEXT COLLATE "C",
    scopes TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    identified TEXT COLLATE "C" NOT NULL,
    claims TEXT COLLATE "C" NOT NULL,
    handle TEXT COLLATE "C" NOT NULL UNIQUE,
    live TEXT COLLATE "C" NOT NULL,
    previous TEXT COLLATE "C",
    rotated BIGINT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX refresh_family_under_consent ON refresh_family (consent, created, id);
CREATE INDEX refresh_family_by_end ON refresh_family (expires);

CREATE TABLE identity (
    connection TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    created BIGINT NOT NULL,
    PRIMARY KEY (connection, subject)
);
CREATE INDEX identity_of_person ON identity (person);

CREATE TABLE farewell (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL,
    uri TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    session TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    next BIGINT,
    tries BIGINT NOT NULL,
    problem TEXT COLLATE "C"
);
CREATE INDEX farewell_due ON farewell (next, id) WHERE next IS NOT NULL;
CREATE INDEX farewell_by_age ON farewell (created);
