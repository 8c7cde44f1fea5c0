//! Running text written as Org, so that Org reads as markup what is meant as markup and nothing else.
//!
//! Plain text that Org would take for something gets a zero width space: manual node "Escape Character". Org counts that
//! as a blank, so emphasis also gets one where it starts or ends within a word.

/// The zero width space.
const ZWSP: char = '\u{200b}';
/// The signs that make emphasis.
const MARKS: [char; 6] = ['*', '/', '_', '+', '=', '~'];
/// No name before `{` or `(` is looked for beyond so many characters.
const NAME: usize = 64;

/// Where a text stands: what there has a meaning at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Title,
    Cell,
}

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The author's.
    Text,
    /// The author's, and already literal for Org.
    Code,
    /// Opens emphasis.
    Open,
    /// Closes emphasis.
    Close,
    /// Ends `[[target][`.
    LinkOpen,
    /// Starts `]]`.
    LinkClose,
    /// Org as it is.
    Org,
}

/// A paragraph, a title or a cell in the making.
#[derive(Debug, Default)]
pub(super) struct Inline {
    chars: Vec<(char, Kind)>,
    /// How many emphases of each of [`MARKS`] are open; of those in one another the outermost is written.
    open: [usize; 6],
}

impl Inline {
    /// How many characters there are.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// Plain text; a line break in it, written as an entity, is a blank.
    pub(super) fn text(&mut self, text: &str) {
        let blank = |c: char| if matches!(c, '\n' | '\r') { ' ' } else { c };
        self.chars.extend(text.chars().map(|c| (blank(c), Kind::Text)));
    }

    /// Org text on one line.
    pub(super) fn org(&mut self, text: &str) {
        self.chars.extend(text.chars().map(|c| (if c == '\n' { ' ' } else { c }, Kind::Org)));
    }

    pub(super) fn line_break(&mut self) {
        self.chars.push(('\n', Kind::Org));
    }

    pub(super) fn open(&mut self, mark: char) {
        let open = &mut self.open[place(mark)];
        *open += 1;
        if *open == 1 {
            self.chars.push((mark, Kind::Open));
        }
    }

    pub(super) fn close(&mut self, mark: char) {
        let open = &mut self.open[place(mark)];
        *open = open.saturating_sub(1);
        if *open == 0 {
            self.chars.push((mark, Kind::Close));
        }
    }

    pub(super) fn open_link(&mut self, target: &str) {
        self.org(&format!("[[{target}]"));
        self.chars.push(('[', Kind::LinkOpen));
    }

    /// Ends the link to `target`, whose description starts at `start`; one that says no more than the target goes.
    pub(super) fn close_link(&mut self, target: &str, start: usize) {
        let description = self.chars[start..].iter().map(|(c, _)| *c);
        if start == self.chars.len() || description.eq(target.chars()) {
            self.chars.truncate(start - 1);
        } else {
            self.chars.push((']', Kind::LinkClose));
        }
        self.chars.push((']', Kind::Org));
    }

    /// Text as it is. Blanks at its ends cannot be in Org's code.
    pub(super) fn code(&mut self, text: &str, place: Place) {
        let code = text.trim_matches(|c: char| c.is_whitespace() || c == ZWSP);
        if code.is_empty() || (place == Place::Cell && code.contains('|')) {
            return self.text(text);
        }
        self.chars.push(('~', Kind::Open));
        self.chars.extend(code.chars().map(|c| (if c.is_control() { ' ' } else { c }, Kind::Code)));
        self.chars.push(('~', Kind::Close));
    }

    /// The Org text; whatever was left open is closed.
    pub(super) fn finish(mut self, place: Place) -> String {
        for mark in MARKS {
            if std::mem::take(&mut self.open[self::place(mark)]) > 0 {
                self.chars.push((mark, Kind::Close));
            }
        }
        self.choose_code_marks();
        let mut closers = [None; MARKS.len()];
        for i in 0..self.chars.len() {
            if let Some(mark) = MARKS.iter().position(|mark| *mark == self.chars[i].0)
                && self.can_close(i)
            {
                closers[mark] = Some(i);
            }
        }
        let mut writer = Writer { closers, ..Writer::default() };
        for i in 0..self.chars.len() {
            if place == Place::Paragraph && (i == 0 || self.chars[i - 1].0 == '\n') {
                self.start_line(i, &mut writer);
            }
            self.write(i, place, &mut writer);
        }
        writer.out
    }

    /// `~` where the text has none, else `=`: paths such as `~/x` are to stay as they are.
    fn choose_code_marks(&mut self) {
        let tilde = self.chars.contains(&('~', Kind::Text));
        let mut start = 0;
        while let Some(open) = self.chars[start..].iter().position(|c| *c == ('~', Kind::Open)) {
            let open = start + open;
            let length = self.chars[open + 1..].iter().position(|c| *c == ('~', Kind::Close)).unwrap_or(0);
            let close = open + 1 + length;
            let has = |mark| self.chars[open + 1..close].contains(&(mark, Kind::Code));
            let mark = if (tilde || has('~')) && !has('=') { '=' } else { '~' };
            self.chars[open].0 = mark;
            self.chars[close].0 = mark;
            start = close;
        }
    }

    fn at(&self, i: usize) -> Option<char> {
        self.chars.get(i).map(|(c, _)| *c)
    }

    /// Whether Org would let the sign at `i` end an emphasis, once all escapes are there.
    fn can_close(&self, i: usize) -> bool {
        let after_text = i > 0 && !is_blank(self.chars[i - 1].0);
        let escaped = |next: &(char, Kind)| {
            self.chars[i].1 == Kind::Close || next.1 == Kind::Open || (self.chars[i].0 == '_' && self.starts_object(i))
        };
        // Behind code comes its own sign, which no emphasis ends before.
        let last_of_code = |next: &(char, Kind)| self.chars[i].1 == Kind::Code && next.1 == Kind::Close;
        let next = self.chars.get(i + 1).filter(|next| !last_of_code(next));
        let ends = next.is_some_and(|next| ends_before(*next) || escaped(next));
        after_text && (ends || i + 1 == self.chars.len())
    }

    /// Whether the characters from `i` are `word`.
    fn is(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.at(i + n) == Some(c))
    }

    fn write(&self, i: usize, place: Place, writer: &mut Writer) {
        let (c, kind) = self.chars[i];
        let next = self.chars.get(i + 1);
        match kind {
            Kind::Org => writer.push(c, kind),
            Kind::LinkOpen => {
                writer.link = true;
                writer.push(c, kind);
            }
            Kind::LinkClose => {
                writer.link = false;
                writer.push(c, kind);
            }
            Kind::Open => {
                if !writer.may_open() {
                    writer.out.push(ZWSP);
                }
                writer.push(c, kind);
                writer.open[self::place(c)] += 1;
            }
            Kind::Close => {
                writer.push(c, kind);
                writer.open[self::place(c)] = 0;
                if next.is_some_and(|next| !ends_before(*next)) {
                    writer.push(ZWSP, Kind::Text);
                }
            }
            Kind::Code | Kind::Text => {
                let mark = MARKS.iter().position(|mark| *mark == c);
                // It would end the emphasis that it is in.
                if mark.is_some_and(|mark| writer.open[mark] > 0) && self.can_close(i) {
                    writer.out.push(ZWSP);
                }
                let opens = kind == Kind::Text
                    && mark.is_some_and(|mark| writer.closers[mark].is_some_and(|closer| closer > i + 1))
                    && (writer.may_open() || writer.last.is_some_and(|(c, _)| c.is_whitespace()))
                    && next.is_some_and(|next| !is_blank(next.0));
                if kind == Kind::Text && place == Place::Cell && c == '|' {
                    r"\vert{}".chars().for_each(|c| writer.push(c, Kind::Org));
                } else {
                    writer.push(c, kind);
                }
                let in_link = writer.link && c == ']' && next.is_some_and(|(next, _)| *next == ']');
                if opens || in_link || (kind == Kind::Text && self.starts_object(i)) {
                    writer.push(ZWSP, kind);
                }
            }
        }
    }

    /// Whether the sign at `i` starts an object of Org that is no emphasis, or parts an item's term from its text.
    fn starts_object(&self, i: usize) -> bool {
        let next = self.at(i + 1);
        let digits = |from: usize| (from..from + NAME).take_while(|&n| self.at(n).is_some_and(|c| c.is_ascii_digit()));
        match self.chars[i].0 {
            '[' => {
                let cookie = matches!(self.at(i + 1 + digits(i + 1).count()), Some('/' | '%'));
                next == Some('[') || self.is(i + 1, "fn:") || self.is(i + 1, "cite") || cookie
            }
            '<' => {
                let date = digits(i + 1).count() == 4 && self.at(i + 5) == Some('-');
                next == Some('<') || self.is(i + 1, "%%(") || date
            }
            '{' => self.is(i + 1, "{{"),
            '\\' => next.is_some_and(|c| c.is_alphabetic() || matches!(c, '(' | '[' | '\\' | '_')),
            '@' => next == Some('@') && self.at(i + 2).is_some_and(|c| c.is_ascii_alphanumeric() || c == '-'),
            ':' => {
                let apart = |c: Option<char>| c.is_none_or(is_blank);
                i > 0 && next == Some(':') && apart(self.at(i - 1)) && apart(self.at(i + 2))
            }
            '_' => {
                let before = |word: &str| i >= word.len() && self.is(i - word.len(), word);
                let name = self.chars[i + 1..].iter().take(NAME).map(|(c, _)| *c);
                let mut name = name.skip_while(|c| !is_blank(*c) && !matches!(c, '{' | '[' | '('));
                (before("src") || before("call")) && matches!(name.next(), Some('{' | '[' | '('))
            }
            _ => false,
        }
    }

    /// Keeps the line that starts at `i` from being anything but text.
    fn start_line(&self, i: usize, writer: &mut Writer) {
        let line = self.chars[i..].iter().position(|(c, _)| *c == '\n').map_or(self.chars.len(), |length| i + length);
        let blanks = self.chars[i..line].iter().take_while(|(c, _)| matches!(c, ' ' | '\t')).count();
        let text: String = self.chars[i + blanks..line].iter().map(|(c, _)| *c).collect();
        if is_element(&text) {
            writer.push(ZWSP, Kind::Text);
        }
    }
}

/// Whether Org would take a line that starts, after blanks, like this for something else than text.
fn is_element(line: &str) -> bool {
    let alone = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let bare = line.trim_end();
    let after = |signs: &[char]| line.trim_start_matches(signs);
    let number = after(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let number = if number.len() == line.len() {
        line.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or("")
    } else {
        number
    };
    let bullet = number.strip_prefix(['.', ')']).is_some_and(alone);
    let starts = |word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    match line.chars().next() {
        Some('*') => alone(after(&['*'])),
        Some('#') => line[1..].starts_with('+') || alone(&line[1..]),
        Some('|') => true,
        Some('+') => alone(&line[1..]) || line[1..].starts_with('-'),
        Some('-') => alone(&line[1..]) || (bare.len() >= 5 && bare.bytes().all(|b| b == b'-')),
        Some(':') => alone(&line[1..]) || bare.ends_with(':'),
        Some('%') => line.starts_with("%%("),
        Some('[') => {
            let box_or_counter = ["[ ]", "[X]", "[x]", "[-]", "[@"].iter().any(|word| line.starts_with(word));
            box_or_counter || line.starts_with("[fn:")
        }
        _ => bullet || ["CLOSED:", "DEADLINE:", "SCHEDULED:", "CLOCK:"].into_iter().any(starts),
    }
}

/// What was written, and what is open there.
#[derive(Debug, Default)]
struct Writer {
    out: String,
    last: Option<(char, Kind)>,
    /// For each of [`MARKS`] where it may close for the last time.
    closers: [Option<usize>; MARKS.len()],
    open: [usize; MARKS.len()],
    link: bool,
}

impl Writer {
    fn push(&mut self, c: char, kind: Kind) {
        self.out.push(c);
        self.last = Some((c, kind));
    }

    /// Whether Org would let emphasis start here.
    fn may_open(&self) -> bool {
        self.last.is_none_or(|(c, kind)| {
            matches!(kind, Kind::Open | Kind::LinkOpen) || is_blank(c) || matches!(c, '-' | '(' | '\'' | '"' | '{')
        })
    }
}

/// Whether emphasis may end before this one.
fn ends_before((c, kind): (char, Kind)) -> bool {
    const AFTER: &str = "-.,;:!?'\")}\\[";
    matches!(kind, Kind::Close | Kind::LinkClose) || is_blank(c) || AFTER.contains(c)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | ZWSP)
}

fn place(mark: char) -> usize {
    MARKS.iter().position(|known| *known == mark).expect("only signs of emphasis are opened and closed")
}
