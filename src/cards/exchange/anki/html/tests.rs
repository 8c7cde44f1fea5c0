use super::*;

#[test]
fn what_the_editor_writes_is_text() {
    for (html, want) in [
        ("plain", "plain"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("a<div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("<p>a  b\n c</p><p>d</p>", "a b c\nd"),
        ("<ul><li>one</li><li>two<ol><li>x</li><li>y</li></ol></li></ul>after", "- one\n- two\n  1. x\n  2. y\nafter"),
        ("a <b>bold</b> and <em>it</em> <code>x</code>", "a *bold* and /it/ =x="),
        ("<b></b>x", "x"),
        ("<pre><code>fn f() {\n    1\n}</code></pre>done", "#+begin_example\nfn f() {\n    1\n}\n#+end_example\ndone"),
        ("1 &lt; 2 &amp;&amp; &#65;&#x42; &nosuch; &eacute;", "1 < 2 && AB &nosuch; é"),
        (r"\(x^2\) and \[y\]", r"\(x^2\) and \[y\]"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<style>b{}</style>x<!-- no -->y<script>1<2</script>z", "xyz"),
        ("<span style=\"color: red\" title='a>b'>x</span>", "x"),
        ("a&nbsp;b", "a b"),
        ("כלב<br>‏x", "כלב\n‏x"),
        ("<img src=\"a b.png\">x[sound:c.mp3]", "[a b.png]x[c.mp3]"),
        ("<", "<"),
        ("<b", "<b"),
    ] {
        assert_eq!(plain(html).text, want, "{html}");
    }
    assert_eq!(plain("<img src=a.png><audio src='x'></audio>[sound:c.mp3]").media, 3);
}

#[test]
fn a_text_made_to_be_slow_is_not() {
    // Whatever takes a time that grows with the square of it does not come to an end here.
    for part in ["<a\"", "[sound:", "&", "&#", "<!--", "<script>", "<pre>", "<ul><li>", "<b>"] {
        let text = part.repeat(100_000);
        assert!(plain(&text).text.len() <= 10 * text.len(), "{part}");
    }
}
