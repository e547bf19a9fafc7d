-- What those who remember must be told, in the order in which it was committed. The place is counted in
-- one row, so that places follow one another without a gap and never overtake a commit.

CREATE TABLE change_log (
    seq INTEGER NOT NULL PRIMARY KEY,
    news TEXT NOT NULL
) STRICT;

-- seq: the last place given; tail: the last place forgotten.
CREATE TABLE log_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    tail INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (one, seq, tail) VALUES (1, 0, 0);
