//! Org's elements laid out line by line: what stands in what, how far it is indented, and where blank lines belong.

/// Lists and quotes nested deeper are written as deep as this: their indentation would grow with the square of the text.
const DEEPEST: usize = 30;

/// What an element stands in.
#[derive(Debug)]
enum Container {
    Quote,
    List {
        /// The number of the next item.
        number: Option<u64>,
        first: bool,
        /// Whether there are blank lines between the items.
        loose: bool,
    },
    /// How far its text is indented more than the list.
    Item(usize),
    /// How far the lines before it were indented.
    Footnote(usize),
}

/// What was written last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    /// Nothing in this container.
    #[default]
    Nothing,
    Text,
    Headline,
    List,
    Block,
}

/// The text so far.
#[derive(Debug, Default)]
pub(super) struct Page {
    out: String,
    /// The footnotes; while one is being written, the text.
    other: String,
    containers: Vec<Container>,
    /// How many of the containers are quotes, items and footnotes.
    quotes: usize,
    items: usize,
    footnotes: usize,
    /// How far lines are indented.
    indent: usize,
    /// What the next line starts with, and where.
    bullet: Option<(usize, String)>,
    last: Last,
}

impl Page {
    /// Whether a headline can stand here.
    pub(super) fn is_top(&self) -> bool {
        self.containers.is_empty()
    }

    pub(super) fn headline(&mut self, line: &str) {
        if self.last != Last::Headline {
            self.blank_line();
        }
        self.line(line);
        self.last = Last::Headline;
    }

    /// Lines of text; they do not end with a line break.
    pub(super) fn text(&mut self, lines: &str) {
        if self.bullet.is_none() {
            self.separate();
        }
        lines.split('\n').for_each(|line| self.line(line.trim_end_matches([' ', '\t'])));
        self.last = Last::Text;
    }

    /// Lines that are an element, or the start of one.
    pub(super) fn block(&mut self, lines: &str) {
        self.end_bullet();
        self.separate();
        lines.lines().for_each(|line| self.line(line));
        self.last = Last::Block;
    }

    pub(super) fn start_quote(&mut self) {
        self.quotes += 1;
        self.containers.push(Container::Quote);
        if self.quotes <= DEEPEST {
            self.block(&format!("#+begin_{}", quote(self.quotes)));
            self.last = Last::Nothing;
        }
    }

    pub(super) fn end_quote(&mut self) {
        if self.quotes <= DEEPEST {
            self.line(&format!("#+end_{}", quote(self.quotes)));
            self.last = Last::Block;
        }
        self.quotes -= 1;
        self.containers.pop();
    }

    pub(super) fn start_list(&mut self, number: Option<u64>) {
        self.end_bullet();
        self.separate();
        if self.last == Last::List && self.is_top() {
            // Without a second blank line Org would take two lists for one.
            self.out.push('\n');
        }
        self.containers.push(Container::List { number, first: true, loose: false });
    }

    pub(super) fn end_list(&mut self) {
        self.containers.pop();
        self.last = Last::List;
    }

    pub(super) fn start_item(&mut self) {
        let Some(Container::List { number, first, loose }) = self.containers.last_mut() else { return };
        let mark = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
        let counter = number.filter(|number| *first && *number != 1).map(|number| format!(" [@{number}]"));
        let apart = *loose && !*first;
        *number = number.map(|number| number + 1);
        *first = false;
        if apart {
            self.blank_line();
        }
        let width = if self.items < DEEPEST { mark.len() + 1 } else { 0 };
        let column = if width > 0 { self.indent } else { self.indent.saturating_sub(2) };
        self.items += 1;
        self.containers.push(Container::Item(width));
        self.indent += width;
        self.bullet = Some((column, mark + &counter.unwrap_or_default()));
        self.last = Last::Nothing;
    }

    pub(super) fn check_box(&mut self, done: bool) {
        if let Some((_, bullet)) = &mut self.bullet {
            bullet.push_str(if done { " [X]" } else { " [ ]" });
        }
    }

    /// Blank lines part what is in the items of this list.
    pub(super) fn loosen(&mut self) {
        if let [.., Container::List { loose, .. }, Container::Item(_)] = self.containers.as_mut_slice() {
            *loose = true;
        }
    }

    pub(super) fn end_item(&mut self) {
        self.end_bullet();
        if let Some(Container::Item(width)) = self.containers.pop() {
            self.indent -= width;
            self.items -= 1;
        }
    }

    pub(super) fn start_footnote(&mut self, label: &str) {
        self.end_bullet();
        if self.footnotes == 0 {
            std::mem::swap(&mut self.out, &mut self.other);
        }
        self.blank_line();
        self.footnotes += 1;
        self.containers.push(Container::Footnote(self.indent));
        self.indent = 0;
        self.bullet = Some((0, format!("[fn:{label}]")));
        self.last = Last::Nothing;
    }

    pub(super) fn end_footnote(&mut self) {
        self.end_bullet();
        if let Some(Container::Footnote(indent)) = self.containers.pop() {
            self.indent = indent;
            self.footnotes -= 1;
        }
        if self.footnotes == 0 {
            std::mem::swap(&mut self.out, &mut self.other);
        }
        self.last = Last::Block;
    }

    /// The text, footnotes last.
    pub(super) fn finish(mut self) -> String {
        if self.other.is_empty() {
            return self.out;
        }
        self.blank_line();
        let mut after_blank = false;
        for line in self.other.lines() {
            // A second blank line would end a footnote.
            if !(after_blank && line.is_empty()) {
                self.out.push_str(line);
                self.out.push('\n');
            }
            after_blank = line.is_empty();
        }
        self.out
    }

    /// A line of what is being written.
    pub(super) fn line(&mut self, line: &str) {
        if let Some((column, bullet)) = self.bullet.take() {
            let gap = if line.is_empty() { "" } else { " " };
            self.out.push_str(&format!("{:column$}{bullet}{gap}{line}\n", ""));
        } else {
            let indent = if line.is_empty() { 0 } else { self.indent };
            self.out.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }

    /// Puts the bullet on a line of its own: Org sees no element behind one.
    fn end_bullet(&mut self) {
        if self.bullet.is_some() {
            self.line("");
        }
    }

    /// A blank line before an element, where one belongs.
    fn separate(&mut self) {
        let tight =
            matches!(self.containers.as_slice(), [.., Container::List { loose: false, .. }, Container::Item(_)]);
        match self.last {
            Last::Nothing | Last::Headline => {}
            Last::Text if tight => {}
            _ => self.blank_line(),
        }
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// The name of the block for a quote in so many: Org ends a block with the first end of that name.
fn quote(depth: usize) -> String {
    if depth == 1 { "quote".to_owned() } else { format!("quote{depth}") }
}
