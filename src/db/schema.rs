//! The tables of `memento.db`, step by step.

/// The schema of `memento.db` that this version reads and writes; each step is only ever added.
pub const STATE_MIGRATIONS: &[&str] = &["
-- The audit trail: every call by which an assistant asked for notes.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,            -- seconds since 1970
  front_end TEXT NOT NULL,
  session TEXT NOT NULL,
  call TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- ok, or the kind of the error
  notes INTEGER NOT NULL            -- how many came out
);
", "
-- Diff review: requests, what the person marks in them, and verdicts.
CREATE TABLE diff_request (
  number INTEGER PRIMARY KEY,       -- the order in which they came
  id TEXT NOT NULL UNIQUE,
  round INTEGER NOT NULL,
  previous TEXT REFERENCES diff_request (id),
  session TEXT NOT NULL,
  repository TEXT NOT NULL,         -- the root
  branch TEXT,
  base TEXT NOT NULL,               -- the full hash
  kind TEXT NOT NULL CHECK (kind IN ('tree', 'staged', 'range')),
  scope TEXT NOT NULL,              -- the same in words
  title TEXT NOT NULL,
  summary TEXT,
  files INTEGER NOT NULL,
  items INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  own INTEGER NOT NULL,             -- 1: the person's own; assistants do not see it
  created INTEGER NOT NULL,         -- seconds since 1970
  state TEXT NOT NULL CHECK (state IN ('waiting', 'in-review', 'decided', 'superseded', 'abandoned', 'expired')),
  reviewer TEXT,                    -- who has it open, on which machine, in which process
  host TEXT,
  process INTEGER,
  submitting INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0  -- 1: whoever asked has got the verdict
);
CREATE INDEX diff_request_open ON diff_request (number) WHERE state IN ('waiting', 'in-review');
CREATE INDEX diff_request_series ON diff_request (repository, session, number);
CREATE INDEX diff_request_previous ON diff_request (previous);
-- By itself: to read what stands behind it in a row, SQLite would walk through all of its pages. For the same reason this
-- table and that of the verdicts have row numbers: without them a look-up reads whole rows.
CREATE TABLE diff_patch (
  request TEXT PRIMARY KEY REFERENCES diff_request (id),
  patch BLOB NOT NULL               -- as git wrote it
);
CREATE TABLE diff_mark (
  request TEXT NOT NULL REFERENCES diff_request (id),
  item INTEGER NOT NULL,
  judgement TEXT CHECK (judgement IN ('approve', 'reject')),
  reason TEXT,
  kept INTEGER NOT NULL,            -- 1: the item came with it from the round before
  touched INTEGER NOT NULL,         -- 1: it was judged in this round
  PRIMARY KEY (request, item)
) WITHOUT ROWID;
CREATE TABLE diff_comment (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL REFERENCES diff_request (id),
  item INTEGER NOT NULL,
  first INTEGER NOT NULL,           -- indexes into the hunk's lines
  last INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX diff_comment_request ON diff_comment (request);
CREATE TABLE diff_verdict (
  request TEXT PRIMARY KEY REFERENCES diff_request (id),
  verdict TEXT NOT NULL             -- JSON
);
-- What was decided is never changed afterwards, whatever a later program does.
CREATE TRIGGER diff_verdict_stays BEFORE UPDATE ON diff_verdict BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_verdict_kept BEFORE DELETE ON diff_verdict BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_patch_stays BEFORE UPDATE ON diff_patch BEGIN SELECT RAISE(ABORT, 'a request never changes'); END;
CREATE TRIGGER diff_decided BEFORE UPDATE OF state ON diff_request WHEN old.state = 'decided'
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_mark_inserted BEFORE INSERT ON diff_mark WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = new.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_mark_updated BEFORE UPDATE ON diff_mark WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_inserted BEFORE INSERT ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = new.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_updated BEFORE UPDATE ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_deleted BEFORE DELETE ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
", "
-- Assistants that wanted to stop.
CREATE TABLE diff_hook (
  session TEXT PRIMARY KEY,         -- the assistant's own name of it
  rounds INTEGER NOT NULL,          -- how often in a row it was sent back to work
  request TEXT REFERENCES diff_request (id),  -- what was last waited for
  time INTEGER NOT NULL             -- of the last change, in seconds since 1970
) WITHOUT ROWID;
", "
-- Prompts: what was imported. What a person says of them is in tables of its own, which no import writes to.
CREATE TABLE prompt_project (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE         -- the directory as it was imported; empty where it is not known
);
CREATE TABLE prompt_session (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE prompt (
  place INTEGER PRIMARY KEY,        -- time * 64 + n: the order of time, which full text search then finds in
  id INTEGER NOT NULL UNIQUE,       -- what a person calls it by
  identity INTEGER NOT NULL UNIQUE, -- a hash of session, time, project, text and pasted contents
  time INTEGER NOT NULL,            -- milliseconds since 1970; 0 where it is not known
  project INTEGER NOT NULL,
  session INTEGER,
  source TEXT NOT NULL CHECK (source IN ('history', 'transcript', 'import')),
  command INTEGER NOT NULL,         -- 1: a slash command
  secrets TEXT,                     -- the names of what it looks to hold, parted by commas
  characters INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX prompt_by_project ON prompt (project);
CREATE INDEX prompt_by_session ON prompt (session);
CREATE INDEX prompt_transcribed ON prompt (time) WHERE source = 'transcript';
CREATE TABLE prompt_pasted (
  identity INTEGER PRIMARY KEY,
  contents TEXT NOT NULL            -- JSON, as it was imported
);
-- What of a prompt with a key or token is found by its words: nobody finds out a key by searching for its start.
CREATE TABLE prompt_masked (
  identity INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  pasted TEXT NOT NULL
);
-- The other identities of a prompt that two sources tell of.
CREATE TABLE prompt_alias (
  alias INTEGER PRIMARY KEY,
  identity INTEGER NOT NULL
);
CREATE INDEX prompt_alias_of ON prompt_alias (identity);
-- The messages of transcripts that prompts were read from: a resumed session copies those before it.
CREATE TABLE prompt_message (
  message INTEGER PRIMARY KEY,      -- a hash of its name
  identity INTEGER NOT NULL
);
-- What a transcript tells of a prompt and the history does not.
CREATE TABLE prompt_turn (
  identity INTEGER PRIMARY KEY,
  branch TEXT,
  model TEXT,
  input INTEGER NOT NULL,           -- tokens, of all answers to it
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_written INTEGER NOT NULL,
  context_before INTEGER NOT NULL,  -- tokens in the context of the answer before it; 0 at a start
  context_after INTEGER NOT NULL    -- and after the last answer to it
);
-- What a person deleted does not come back by itself.
CREATE TABLE prompt_deleted (
  identity INTEGER PRIMARY KEY,
  id INTEGER NOT NULL
);
CREATE TABLE prompt_rating (
  identity INTEGER PRIMARY KEY,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5)
);
CREATE TABLE prompt_note (
  identity INTEGER PRIMARY KEY,
  text TEXT NOT NULL
);
CREATE TABLE prompt_tag (
  identity INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (identity, tag)
) WITHOUT ROWID;
CREATE INDEX prompt_tag_by_name ON prompt_tag (tag);
-- The notes that were made of prompts.
CREATE TABLE prompt_published (
  identity INTEGER PRIMARY KEY,
  note TEXT NOT NULL UNIQUE         -- the ID
);
CREATE TABLE prompt_template (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL,               -- with {placeholders}
  identity INTEGER,                 -- of the prompt that it was made of
  created INTEGER NOT NULL,         -- seconds since 1970
  used INTEGER NOT NULL             -- how often it was filled in
) WITHOUT ROWID;
-- How far a file was read.
CREATE TABLE prompt_source (
  path TEXT PRIMARY KEY,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  offset INTEGER NOT NULL,          -- bytes
  lines INTEGER NOT NULL,
  tail INTEGER NOT NULL,            -- a hash of the bytes just before the offset
  state TEXT                        -- what the reader of such files needs to go on
) WITHOUT ROWID;
-- The words of prompts, and the pairs of neighbouring characters of scripts that do not part words; no copy of the text.
CREATE VIRTUAL TABLE prompt_words USING fts5(text, pasted, cjk, content='', columnsize=0,
  tokenize=\"unicode61 remove_diacritics 2\");
INSERT INTO prompt_words (prompt_words, rank) VALUES ('hashsize', 16777216);
-- What is deleted may be a key, and goes from the index at once.
INSERT INTO prompt_words (prompt_words, rank) VALUES ('secure-delete', 1);
", "
-- Flashcards. Their texts and the log of answers are the truth; card_schedule is what replaying the answers gives.
CREATE TABLE card_project (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,        -- empty: cards of no project
  algorithm TEXT,                   -- NULL: the default
  parameters TEXT,                  -- of FSRS, as JSON; NULL: the default
  changed INTEGER NOT NULL          -- when these were set, in milliseconds since 1970; 0: never
);
CREATE TABLE card (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,          -- the same on every machine
  project INTEGER NOT NULL REFERENCES card_project (id),
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'suspended')),
  deleted INTEGER NOT NULL,         -- 1: it is, and its texts are kept until they are purged
  algorithm TEXT,                   -- NULL: its project's
  changed INTEGER NOT NULL,         -- when these three were last set, in milliseconds since 1970
  edited INTEGER NOT NULL,          -- when all the others and the texts were last written
  created INTEGER NOT NULL,
  question INTEGER NOT NULL,        -- a hash of it, by which duplicates are found
  entry TEXT,                       -- what siblings have in common
  source_note TEXT,                 -- the ID of the note that it comes from
  source_path TEXT,                 -- or the file
  source_line INTEGER               -- and the line, from 1
);
CREATE INDEX card_by_time ON card (created);
CREATE INDEX card_by_question ON card (question);
CREATE INDEX card_by_project ON card (project);
CREATE INDEX card_by_entry ON card (entry) WHERE entry IS NOT NULL;
CREATE INDEX card_by_note ON card (source_note) WHERE source_note IS NOT NULL;
CREATE TABLE card_text (
  card INTEGER PRIMARY KEY REFERENCES card (number),
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  notes TEXT NOT NULL
);
CREATE TABLE card_tag (
  card INTEGER NOT NULL REFERENCES card (number),
  tag TEXT NOT NULL,
  PRIMARY KEY (card, tag)
) WITHOUT ROWID;
CREATE INDEX card_tag_by_name ON card_tag (tag);
-- What the texts were before they were written anew, here or on another machine.
CREATE TABLE card_past (
  card INTEGER NOT NULL REFERENCES card (number),
  edited INTEGER NOT NULL,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  notes TEXT NOT NULL
);
CREATE INDEX card_past_of ON card_past (card);
-- The log of answers: it is only ever added to.
CREATE TABLE card_review (
  card INTEGER NOT NULL REFERENCES card (number),
  time INTEGER NOT NULL,            -- milliseconds since 1970
  day INTEGER NOT NULL,             -- the day that it counts for, in days since 1970-01-01
  confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 5),  -- 0: the card starts anew from here
  duration INTEGER,                 -- milliseconds
  before INTEGER NOT NULL,          -- the interval in days; 0: the card was new
  after INTEGER NOT NULL,
  PRIMARY KEY (card, time)
) WITHOUT ROWID;
-- With all that the queue and the statistics read of the answers of a day, which lie far apart in the table.
CREATE INDEX card_review_by_day ON card_review (day, time, confidence, before, duration);
CREATE TRIGGER card_review_updated BEFORE UPDATE ON card_review
  BEGIN SELECT RAISE(ABORT, 'an answer never changes'); END;
-- Answers that were taken back, whether they have arrived from another machine or not.
CREATE TABLE card_undone (
  card INTEGER NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (card, time)
) WITHOUT ROWID;
-- Where cards stand. A row for each card.
CREATE TABLE card_schedule (
  card INTEGER PRIMARY KEY REFERENCES card (number),
  active INTEGER NOT NULL,          -- 1: it is asked: neither draft nor suspended, deleted or a leech
  leech INTEGER NOT NULL,
  project INTEGER NOT NULL,         -- as in card
  entry INTEGER,                    -- a hash of the one in card
  due INTEGER,                      -- the day; NULL: the card is new
  interval INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  repetitions INTEGER NOT NULL,
  lapses INTEGER NOT NULL,
  last INTEGER NOT NULL,            -- the day of the last answer
  last_time INTEGER NOT NULL,
  confidence INTEGER NOT NULL,
  strength REAL NOT NULL,
  difficulty REAL NOT NULL
);
-- All that the queue reads is in these: no table is looked at for cards that are not asked.
CREATE INDEX card_due ON card_schedule (due, interval, project, entry, last, confidence, active) WHERE active = 1 AND due IS NOT NULL;
CREATE INDEX card_again ON card_schedule (last, due, project, entry, confidence, active) WHERE active = 1 AND confidence BETWEEN 1 AND 2;
CREATE INDEX card_new ON card_schedule (card, project, entry, due, active) WHERE active = 1 AND due IS NULL;
CREATE INDEX card_asked ON card_schedule (last, entry, due, last_time) WHERE entry IS NOT NULL;
CREATE VIRTUAL TABLE card_words USING fts5(question, answer, notes, cjk, content='', contentless_delete=1,
  tokenize=\"unicode61 remove_diacritics 2\");
"];
