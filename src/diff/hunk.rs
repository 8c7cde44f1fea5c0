//! A hunk's lines, counted and shown.

use std::ops::RangeInclusive;

use super::patch::{Hunk, Origin};

impl Hunk {
    /// The line in the new file, from 1, where a line of the hunk stands; of a removed one the line that stands there now.
    pub fn new_line(&self, line: usize) -> usize {
        let before = self.lines.iter().take(line).filter(|line| line.origin != Origin::Removed).count();
        // A hunk without lines in the new file names the one that it comes after.
        (self.new_start + before + usize::from(self.new_len == 0)).max(1)
    }

    /// Its `@@` line, without the line end.
    pub fn heading(&self) -> String {
        let span = |start: usize, len: usize| if len == 1 { start.to_string() } else { format!("{start},{len}") };
        let (old, new) = (span(self.old_start, self.old_len), span(self.new_start, self.new_len));
        format!("@@ -{old} +{new} @@{}", String::from_utf8_lossy(&self.section))
    }

    /// Some of its lines as git writes them, with what is not UTF-8 replaced.
    pub fn text(&self, lines: RangeInclusive<usize>) -> String {
        let mut text = String::new();
        for line in self.lines.get(lines).unwrap_or_default() {
            text.push(match line.origin {
                Origin::Context => ' ',
                Origin::Added => '+',
                Origin::Removed => '-',
            });
            text.push_str(&String::from_utf8_lossy(&line.text));
            text.push('\n');
            if line.no_newline {
                text.push_str("\\ No newline at end of file\n");
            }
        }
        text
    }

    /// The first and the last line of the old file that it changes. Where it only adds, the first is the one after the last.
    pub(super) fn old_span(&self) -> (usize, usize) {
        let mut old = self.old_start + usize::from(self.old_len == 0);
        let (mut first, mut last) = (None, 0);
        for line in &self.lines {
            match line.origin {
                Origin::Context => old += 1,
                Origin::Added => {
                    first.get_or_insert(old);
                    last = last.max(old - 1);
                }
                Origin::Removed => {
                    first.get_or_insert(old);
                    last = old;
                    old += 1;
                }
            }
        }
        (first.unwrap_or(old), last)
    }
}

#[cfg(test)]
mod tests {
    use super::super::patch::Patch;
    use super::*;

    fn hunk(text: &str) -> Hunk {
        let head = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n";
        Patch::parse(format!("{head}{text}").as_bytes()).unwrap().files.remove(0).hunks.remove(0)
    }

    #[test]
    fn lines_of_the_new_file_are_counted() {
        let h = hunk("@@ -5,4 +5,4 @@ fn f\n a\n-b\n+B\n+C\n-c\n d\n");
        assert_eq!((0..6).map(|i| h.new_line(i)).collect::<Vec<_>>(), [5, 6, 6, 7, 8, 8]);
        assert_eq!((h.old_span(), h.heading().as_str()), ((6, 7), "@@ -5,4 +5,4 @@ fn f"));
        assert_eq!(h.text(1..=2), "-b\n+B\n");
        assert_eq!(hunk("@@ -1,2 +0,0 @@\n-a\n-b\n").new_line(0), 1);
        assert_eq!(hunk("@@ -4,2 +4,3 @@\n a\n+x\n b\n").old_span(), (5, 4));
    }
}
