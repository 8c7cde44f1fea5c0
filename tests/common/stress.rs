//! Texts that make a parser slow which is not linear, or deep one which recurses.

/// The text with a link at the end of every line, so that no line is passed over for having none.
pub(crate) fn with_links(text: &str) -> String {
    text.replace('\n', " [[a]]\n") + " [[a]]"
}

/// Name and text, each of about `size` bytes but for those whose name says how many.
pub(crate) fn texts(size: usize) -> Vec<(String, String)> {
    let fill = |unit: &str| unit.repeat(size / unit.len());
    let mut texts: Vec<(String, String)> = Vec::new();
    // One line of each, as text and as a title.
    for unit in [
        "*",
        "[",
        "_",
        "/",
        "=",
        "~",
        "+",
        "$",
        "<",
        "{",
        "^",
        ":",
        "|",
        "]",
        "*a ",
        "/a ",
        "=a ",
        "[[",
        "[[a][",
        "[[a][b ",
        "<<",
        "<https:a ",
        "https:(",
        "http:((a",
        "https:",
        "src_a{",
        "call_a(",
        "{{{a(",
        "@@a:",
        "\\(",
        "\\[",
        "$a ",
        "$$a",
        "\\a{",
        "a_",
        "\\",
        "[fn::",
        "[cite:",
        "[cite:@a",
        "[cite:a;",
        ":a",
        " ",
        "\t",
        "x",
        "ü",
        "漢",
        "*/_",
    ] {
        texts.push((format!("a line of {unit:?}"), fill(unit)));
        texts.push((format!("a title of {unit:?}"), format!("* {}", fill(unit))));
    }
    // Lines that open what never ends.
    for line in [
        "#+begin_src",
        "#+begin_quote",
        "#+begin_example\n#+end_src",
        ":PROPERTIES:",
        ":LOGBOOK:",
        ":PROPERTIES:\n:a: b",
        "* a\n:PROPERTIES:",
        "* a\n:PROPERTIES:\n:a: b",
        "\\begin{a}",
        "#+name: a",
        "[[a",
        "=a",
        "| a",
        "- a",
        "# a",
        "* a\nSCHEDULED:",
        "* a\n#+begin_src",
        "#+",
        "[fn:1]",
        "*a\n",
        "<<a",
    ] {
        texts.push((format!("lines of {line:?}"), fill(&format!("{line}\n"))));
    }
    let environments: String = (0..40_000).map(|i| format!("\\begin{{a{i}}}\n")).collect();
    texts.push(("40,000 environments".into(), environments));
    texts
        .push(("20,000 headlines".into(), (0..20_000).map(|i| format!("* TODO headline {i} :tag:\ntext\n")).collect()));
    texts.push((
        "2,000 nested headlines".into(),
        (1..=2000).map(|level| format!("{} headline\n", "*".repeat(level))).collect(),
    ));
    texts.push(("a list 5,000 deep".into(), (0..5000).map(|level| format!("{}- item\n", " ".repeat(level))).collect()));
    texts.push(("100,000 properties".into(), format!("* a\n:PROPERTIES:\n{}:END:\n", ":a+: b\n".repeat(100_000))));
    texts.push(("50,000 tags".into(), format!("* a {}:\n", ":tag".repeat(50_000))));
    texts.push((
        "20,000 TODO keywords".into(),
        format!("#+TODO: {}\n{}", "AB ".repeat(20_000), "* AC x\n".repeat(20_000)),
    ));
    texts
}
