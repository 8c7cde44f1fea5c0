//! An empty collection of schema 11, as Anki 2.1 to today reads it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{FIELDS, NOTE_TYPE};

/// The id of our note type: always the same, so that a second import finds it.
pub(super) const MODEL: i64 = 1_700_000_000_001;

pub(super) const SCHEMA: &str = "
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
  ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL,
  models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL,
  ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL,
  odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
  ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
";

/// Blanks and lines of a text are kept.
const STYLE: &str = ".card { font-family: arial; font-size: 20px; line-height: 1.5; text-align: center; color: black; \
    background-color: white; }\n.text { white-space: pre-wrap; unicode-bidi: plaintext; }\n.notes { font-size: 80%; }\n";

/// `conf`, `models`, `decks` and `dconf` of the table `col`; `now` is in milliseconds since 1970.
pub(super) fn col(now: i64, decks: &BTreeMap<String, i64>) -> (String, String, String, String) {
    let seconds = now / 1000;
    let conf = json!({
        "activeDecks": [1], "curDeck": 1, "curModel": MODEL, "nextPos": 1, "estTimes": true, "dueCounts": true,
        "sortType": "noteFld", "sortBackwards": false, "addToCur": true, "timeLim": 0, "collapseTime": 1200, "newSpread": 0,
        "dayLearnFirst": false, "schedVer": 2, "sched2021": true, "creationOffset": 0,
    });
    let question = "<div class=text>{{Question}}</div>";
    let answer = "{{FrontSide}}\n\n<hr id=answer>\n\n<div class=text>{{Answer}}</div>\n\
        {{#Notes}}<div class=\"text notes\">{{Notes}}</div>{{/Notes}}";
    let field = |(ord, name): (usize, &str)| {
        json!({"name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20, "media": []})
    };
    let model = json!({
        "id": MODEL, "name": NOTE_TYPE, "type": 0, "mod": seconds, "usn": -1, "sortf": 0, "did": 1, "vers": [], "tags": [],
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": question, "afmt": answer, "bqfmt": "", "bafmt": "", "did": null}],
        "flds": FIELDS.into_iter().enumerate().map(field).collect::<Vec<_>>(),
        "css": STYLE,
        "latexPre": "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n\
            \\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n",
        "latexPost": "\\end{document}", "req": [[0, "any", [0]]],
    });
    let mut all = Map::new();
    for (name, id) in decks {
        let deck = json!({
            "id": id, "name": name, "mod": seconds, "usn": -1, "desc": "", "dyn": 0, "conf": 1, "collapsed": false,
            "browserCollapsed": false, "extendNew": 0, "extendRev": 0, "newToday": [0, 0], "revToday": [0, 0],
            "lrnToday": [0, 0], "timeToday": [0, 0],
        });
        all.insert(id.to_string(), deck);
    }
    let dconf = json!({"1": {
        "id": 1, "mod": 0, "name": "Default", "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true,
        "dyn": false,
        "new": {"bury": true, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 7], "order": 1, "perDay": 20,
            "separate": true},
        "rev": {"bury": true, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2, "fuzz": 0.05,
            "minSpace": 1},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }});
    (conf.to_string(), json!({MODEL.to_string(): model}).to_string(), Value::Object(all).to_string(), dconf.to_string())
}
