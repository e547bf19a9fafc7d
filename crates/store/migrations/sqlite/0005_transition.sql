-- Ways off the old authentication, and how much may be asked: transitions and who has another end, old keys and tokens,
-- who still comes by them, and what was spent of limits.

ALTER TABLE account ADD COLUMN plan TEXT;

-- Read and written whole, as routes are.
CREATE TABLE transition (
    id TEXT NOT NULL PRIMARY KEY,
    declared INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE transition_exception (
    transition TEXT NOT NULL REFERENCES transition (id) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES account (id),
    ends INTEGER NOT NULL,
    note TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (transition, account)
) STRICT, WITHOUT ROWID;

-- `digest` is a keyed digest of the SHA-256 of the text: the old system's hash will do to import one. `method` is the
-- name of something in the configuration.
CREATE TABLE legacy_credential (
    id TEXT NOT NULL PRIMARY KEY,
    method TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES account (id),
    member TEXT REFERENCES member (id) ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    ended INTEGER
) STRICT;
CREATE INDEX legacy_credential_of_account ON legacy_credential (account, id);
CREATE INDEX legacy_credential_of_member ON legacy_credential (member);
CREATE INDEX legacy_credential_by_end ON legacy_credential (expires);

-- Without member or credential the column is empty text, which is no id: a key may not hold nothing.
CREATE TABLE legacy_use (
    method TEXT NOT NULL,
    account TEXT NOT NULL,
    member TEXT NOT NULL,
    credential TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (account, day, method, member, credential)
) STRICT, WITHOUT ROWID;
-- As the report of all reads it: newest day first, and within a day in order.
CREATE INDEX legacy_use_by_day ON legacy_use (day DESC, account, method, member, credential);

CREATE TABLE spent (
    bucket TEXT NOT NULL,
    slot INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (bucket, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_by_end ON spent (ends);
