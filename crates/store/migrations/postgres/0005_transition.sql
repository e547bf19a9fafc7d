-- Ways off the old authentication, and how much may be asked: transitions and who has another end, old keys and tokens,
-- who still comes by them, and what was spent of limits.

ALTER TABLE account ADD COLUMN plan TEXT COLLATE "C";

-- Read and written whole, as routes are.
CREATE TABLE transition (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    declared BIGINT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL
);

CREATE TABLE transition_exception (
    transition TEXT COLLATE "C" NOT NULL REFERENCES transition (id) ON DELETE CASCADE,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    ends BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (transition, account)
);

-- `digest` is a keyed digest of the SHA-256 of the text: the old system's hash will do to import one. `method` is the
-- name of something in the configuration.
CREATE TABLE legacy_credential (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    method TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    member TEXT COLLATE "C" REFERENCES member (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    label TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    ended BIGINT
);
CREATE INDEX legacy_credential_of_account ON legacy_credential (account, id);
CREATE INDEX legacy_credential_of_member ON legacy_credential (member);
CREATE INDEX legacy_credential_by_end ON legacy_credential (expires);

-- Without member or credential the column is empty text, which is no id: a key may not hold nothing.
CREATE TABLE legacy_use (
    method TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    member TEXT COLLATE "C" NOT NULL,
    credential TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    count BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (account, day, method, member, credential)
);
-- As the report of all reads it: newest day first, and within a day in order.
CREATE INDEX legacy_use_by_day ON legacy_use (day DESC, account, method, member, credential);

CREATE TABLE spent (
    bucket TEXT COLLATE "C" NOT NULL,
    slot BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (bucket, slot)
);
CREATE INDEX spent_by_end ON spent (ends);

-- Ends a transaction of which a step touched no row, so that a whole transaction can be sent in one piece.
CREATE FUNCTION tollgate_touched(touched BIGINT) RETURNS BIGINT LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF touched = 0 THEN
        RAISE EXCEPTION 'a condition that a change was decided under no longer holds' USING ERRCODE = 'TG001';
    END IF;
    RETURN touched;
END $$;
