//! Names for a completion list, in which no two may be alike: there a text is all that tells one node from another.

use std::collections::HashMap;

use crate::notes::Node;

/// A node under one of its names.
pub(super) struct Named<'a> {
    pub(super) node: &'a Node,
    /// The title or alias; where another node has it too, with where it is, as Emacs names buffers: `Notes<Emacs>`.
    pub(super) name: String,
    /// The alias that it is under.
    pub(super) alias: Option<&'a str>,
}

/// The nodes under their titles.
pub(super) fn of_titles(nodes: &[Node]) -> Vec<Named<'_>> {
    let mut named: Vec<Named<'_>> = nodes.iter().map(titled).collect();
    tell_apart(&mut named);
    named
}

/// The nodes under their titles and aliases.
pub(super) fn of_all(nodes: &[Node]) -> Vec<Named<'_>> {
    let mut named = Vec::with_capacity(nodes.len());
    for node in nodes {
        named.push(titled(node));
        for (i, alias) in node.aliases.iter().enumerate() {
            let known = node.aliases[..i].contains(alias) || one_line(&node.title) == one_line(alias);
            if !known && !alias.trim().is_empty() {
                named.push(Named { node, name: one_line(alias), alias: Some(alias) });
            }
        }
    }
    tell_apart(&mut named);
    named
}

fn titled(node: &Node) -> Named<'_> {
    let name = one_line(&node.title);
    let name = if name.is_empty() { stem(node) } else { name };
    Named { node, name, alias: None }
}

fn one_line(text: &str) -> String {
    text.trim().replace(['\n', '\r', '\t'], " ")
}

fn stem(node: &Node) -> String {
    node.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The name of the directory that the file is in.
fn above(node: &Node) -> String {
    let dir = node.file.parent().and_then(|dir| dir.file_name());
    dir.unwrap_or_default().to_string_lossy().into_owned()
}

fn place(node: &Node) -> String {
    format!("{}:{}", node.file.file_name().unwrap_or_default().to_string_lossy(), node.line)
}

fn tell_apart(named: &mut [Named<'_>]) {
    let ways: [fn(&Node) -> String; 4] = [
        |node| node.path.last().map_or_else(|| stem(node), |title| one_line(title)),
        |node| if node.level == 0 { format!("{}/{}", above(node), stem(node)) } else { place(node) },
        |node| format!("{}/{}", above(node), place(node)),
        |node| format!("{}:{}", node.file.display(), node.line),
    ];
    let plain: Vec<String> = named.iter().map(|named| named.name.clone()).collect();
    for way in ways {
        let mut uses: HashMap<&str, usize> = HashMap::with_capacity(named.len());
        for named in named.iter() {
            *uses.entry(&named.name).or_default() += 1;
        }
        let doubled: Vec<usize> = (0..named.len()).filter(|&i| uses[named[i].name.as_str()] > 1).collect();
        for i in doubled {
            named[i].name = format!("{}<{}>", plain[i], way(named[i].node));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notes::Access;

    fn node(title: &str, file: &str, line: usize, path: &[&str], aliases: &[&str]) -> Node {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Node {
            id: format!("{file}{line}"),
            file: file.into(),
            level: path.len(),
            line,
            title: title.to_owned(),
            path: texts(path),
            todo: None,
            priority: None,
            tags: Vec::new(),
            aliases: texts(aliases),
            refs: Vec::new(),
            access: Access::Private,
            modified: 0,
        }
    }

    fn names(nodes: &[Node]) -> Vec<String> {
        of_all(nodes).into_iter().map(|named| named.name).collect()
    }

    #[test]
    fn a_name_that_is_unique_stays() {
        assert_eq!(
            names(&[node("A", "/n/a.org", 1, &[], &["B", "B", "A", " "]), node("C", "/n/c.org", 1, &[], &[])]),
            ["A", "B", "C"]
        );
    }

    #[test]
    fn doubles_are_told_apart_by_what_they_are_in_then_by_file_then_by_path() {
        let nodes = [
            node("Plan", "/n/a.org", 3, &["House"], &[]),
            node("Plan", "/n/b.org", 3, &["Garden"], &[]),
            node("Plan", "/n/plan.org", 1, &[], &[]),
            node("Day", "/n/x/1.org", 1, &[], &[]),
            node("Day", "/n/y/1.org", 1, &[], &[]),
            node("Rain", "/n/x/1/d.org", 1, &[], &[]),
            node("Rain", "/n/y/1/d.org", 1, &[], &[]),
            node("Todo", "/n/x/e.org", 3, &["Work"], &[]),
            node("Todo", "/n/y/e.org", 3, &["Work"], &[]),
            node("Log", "/n/c.org", 3, &["Work"], &[]),
            node("Log", "/n/c.org", 9, &["Work"], &[]),
        ];
        let want = [
            "Plan<House>",
            "Plan<Garden>",
            "Plan<plan>",
            "Day<x/1>",
            "Day<y/1>",
            "Rain</n/x/1/d.org:1>",
            "Rain</n/y/1/d.org:1>",
            "Todo<x/e.org:3>",
            "Todo<y/e.org:3>",
            "Log<c.org:3>",
            "Log<c.org:9>",
        ];
        assert_eq!(names(&nodes), want);
    }

    #[test]
    fn an_alias_may_be_the_title_of_another_node() {
        let nodes = [node("Emacs", "/n/a.org", 1, &[], &[]), node("Editors", "/n/b.org", 1, &[], &["Emacs"])];
        assert_eq!(names(&nodes), ["Emacs<a>", "Editors", "Emacs<b>"]);
    }

    #[test]
    fn an_untitled_node_is_named_by_its_file_and_breaks_are_blanks() {
        assert_eq!(names(&[node("", "/n/a.org", 1, &[], &[]), node("b\nc", "/n/b.org", 1, &[], &[])]), ["a", "b c"]);
    }
}
