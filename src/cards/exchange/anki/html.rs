//! HTML as Anki's editor writes it, as plain text with Org's emphasis.

/// What is left of a field's HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: String,
    /// How many pictures and sounds stood in it.
    pub(super) media: usize,
}

/// Makes text of HTML. Lines and lists stay; bold, italic and code are as in Org; `\( \)` of MathJax stays as it is. Of a picture
/// or a sound the name stays, in brackets.
pub(super) fn plain(html: &str) -> Plain {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '<' => reader.tag(rest),
            '&' => {
                let (character, after) = entity(rest);
                reader.character(character);
                after
            }
            '[' => match sound(rest) {
                Some((name, after)) => {
                    reader.media += 1;
                    reader.word(&format!("[{name}]"));
                    after
                }
                None => reader.push(rest, c),
            },
            _ => reader.push(rest, c),
        };
    }
    reader.finish()
}

/// How long the name of a sound may be, in bytes.
const LONGEST_NAME: usize = 500;

/// The name of a sound that begins here, and what is behind it.
fn sound(text: &str) -> Option<(&str, &str)> {
    let name = text.strip_prefix("[sound:")?;
    let end = name.bytes().take(LONGEST_NAME).position(|byte| byte == b']' || byte == b'\n')?;
    name[end..].strip_prefix(']').map(|after| (&name[..end], after))
}

/// How many tags may have no end. Each is looked for up to the end of the text, which a text of nothing but `<` would make long.
const TORN: usize = 100;

#[derive(Default)]
struct Reader {
    out: String,
    media: usize,
    /// Whether blanks are kept.
    pre: usize,
    /// The lists that are open: the next number, or none where they have none.
    lists: Vec<Option<usize>>,
    /// A blank that is written before the next word.
    blank: bool,
    /// How many tags had no end.
    torn: usize,
}

/// The elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "blockquote",
    "section",
    "article",
    "hr",
    "dl",
    "dt",
    "dd",
];

impl Reader {
    fn push<'h>(&mut self, rest: &'h str, c: char) -> &'h str {
        self.character(c);
        &rest[c.len_utf8()..]
    }

    fn character(&mut self, c: char) {
        if self.pre > 0 {
            if c != '\r' {
                self.out.push(c);
            }
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            self.blank = true;
        } else {
            self.word(c.encode_utf8(&mut [0; 4]));
        }
    }

    /// Writes what is no blank.
    fn word(&mut self, text: &str) {
        if std::mem::take(&mut self.blank) && !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    /// Begins a new line, unless one has just begun.
    fn line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Reads a tag; returns what is behind it.
    fn tag<'h>(&mut self, html: &'h str) -> &'h str {
        if let Some(comment) = html.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, after)| after);
        }
        let inner = &html[1..];
        let name_starts = inner.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
        let end = if name_starts && self.torn < TORN { end_of_tag(inner) } else { None };
        let Some(end) = end else {
            self.torn += usize::from(name_starts);
            return self.push(html, '<');
        };
        let (tag, after) = (&inner[..end], &inner[end + 1..]);
        let closing = tag.starts_with('/');
        let body = tag.trim_start_matches('/');
        let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let name = body[..end].to_ascii_lowercase();
        match name.as_str() {
            "script" | "style" if !closing => {
                let close = format!("</{name}");
                let at =
                    after.as_bytes().windows(close.len()).position(|part| part.eq_ignore_ascii_case(close.as_bytes()));
                return at.map_or("", |at| after[at..].split_once('>').map_or("", |(_, after)| after));
            }
            "br" => {
                self.blank = false;
                self.out.push('\n');
            }
            "b" | "strong" => self.emphasis('*', closing),
            "i" | "em" => self.emphasis('/', closing),
            "code" | "tt" | "kbd" if self.pre == 0 => self.emphasis('=', closing),
            "pre" => self.block_of_code(closing),
            "img" | "audio" | "video" if !closing => {
                self.media += 1;
                let source = attribute(&body[end..], "src").unwrap_or_default();
                self.word(&format!("[{}]", if source.is_empty() { &name } else { &source }));
            }
            "ul" | "ol" => {
                self.line();
                if closing {
                    self.lists.pop();
                } else {
                    self.lists.push((name == "ol").then_some(1));
                }
            }
            "li" => {
                self.line();
                if !closing {
                    self.item();
                }
            }
            "td" | "th" if closing => self.blank = true,
            "anki" if !closing => {}
            _ if BLOCKS.contains(&name.as_str()) => self.line(),
            _ => {}
        }
        after
    }

    fn item(&mut self) {
        let depth = self.lists.len().saturating_sub(1).min(16);
        self.out.push_str(&"  ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number += 1;
            }
            _ => self.out.push_str("- "),
        }
    }

    fn block_of_code(&mut self, closing: bool) {
        self.line();
        if !closing {
            self.pre += 1;
            self.out.push_str("#+begin_example\n");
        } else if self.pre > 0 {
            self.pre -= 1;
            self.out.push_str("#+end_example\n");
        }
    }

    fn emphasis(&mut self, mark: char, closing: bool) {
        if self.pre > 0 {
            return;
        }
        if closing {
            // Nothing was in it, or a line was: no emphasis is either.
            let blank = std::mem::take(&mut self.blank);
            if self.out.ends_with(mark) {
                self.out.pop();
            } else {
                self.out.push(mark);
            }
            self.blank = blank;
        } else {
            self.word(&mark.to_string());
        }
    }

    fn finish(mut self) -> Plain {
        if self.pre > 0 {
            self.line();
            self.out.push_str("#+end_example\n");
        }
        let lines = self.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let text = lines.trim_matches(|c: char| c == '\n' || c == ' ').replace('\u{a0}', " ");
        Plain { text, media: self.media }
    }
}

/// Where the `>` of a tag is; one within quotes is none.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find(&format!("{name}="))? + name.len() + 1;
    let value = tag.get(at..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '>', '/']).next()?,
    };
    Some(unescaped(value))
}

/// Takes entities back.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '&' {
            let (character, after) = entity(rest);
            out.push(character);
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The named entities that texts have; the others are left as they are written.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("rarr", '→'),
    ("larr", '←'),
    ("uarr", '↑'),
    ("darr", '↓'),
    ("harr", '↔'),
    ("rArr", '⇒'),
    ("times", '×'),
    ("divide", '÷'),
    ("middot", '·'),
    ("bull", '•'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("frac12", '½'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("micro", 'µ'),
    ("euro", '€'),
    ("pound", '£'),
    ("copy", '©'),
    ("reg", '®'),
    ("sect", '§'),
    ("ne", '≠'),
    ("le", '≤'),
    ("ge", '≥'),
    ("infin", '∞'),
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("pi", 'π'),
    ("sigma", 'σ'),
    ("omega", 'ω'),
    ("Delta", 'Δ'),
    ("Sigma", 'Σ'),
    ("Omega", 'Ω'),
    ("sum", '∑'),
    ("radic", '√'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("oacute", 'ó'),
    ("iacute", 'í'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("ccedil", 'ç'),
    ("iquest", '¿'),
    ("iexcl", '¡'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("shy", '\u{ad}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
];

/// How long an entity may be, in bytes.
const LONGEST_ENTITY: usize = 12;

/// The character that an entity at the start of the text stands for, and what is behind it.
fn entity(text: &str) -> (char, &str) {
    let known = || {
        let end = text.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';')?;
        let (name, after) = (&text[1..end], &text[end + 1..]);
        let number = match name.strip_prefix('#') {
            Some(number) => Some(match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            }),
            None => None,
        };
        let character = match number {
            Some(number) => char::from_u32(number).filter(|c| *c != '\0')?,
            None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
        };
        Some((character, after))
    };
    known().unwrap_or(('&', &text[1..]))
}

#[cfg(test)]
mod tests;
