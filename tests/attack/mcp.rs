//! `memento mcp`: requests and answers are lines of JSON on its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::home::{Home, assert_clean, files_below};
use crate::names::home;

struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Server {
    fn start(home: &Home) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_memento"));
        command.arg("mcp").env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(home.variables());
        command.current_dir(home.path("")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, input, output, last: 0 };
        let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "attack", "version": "1" } });
        server.ask("initialize", &hello);
        server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").unwrap();
        self.input.flush().unwrap();
    }

    /// The answer, result or error, without its number.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "{method}: no answer");
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == json!(self.last) {
                return if answer["error"].is_null() { answer["result"].clone() } else { answer["error"].clone() };
            }
        }
    }

    fn tool(&mut self, name: &str, arguments: &Value) -> String {
        self.ask("tools/call", &json!({ "name": name, "arguments": arguments })).to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const NAMES: &[&str] = &[
    "s3cr3t",
    "S3CR3T",
    "Canary title",
    "Canary alias",
    "s3cr3t-inner",
    "Canary inner",
    "s3cr3t-deep",
    "s3cr3t-diary",
    "Canary diary",
    "s3cr3t-both",
    "s3cr3t-no",
    "s3cr3t-dot",
    "s3cr3t-outside",
    "s3cr3t-plan.org",
    "../s3cr3t-outside.org",
    "@canary2020",
];

#[test]
fn every_tool_answers_for_a_private_note_as_for_none() {
    let home = home();
    let before = home.files();
    let mut server = Server::start(&home);
    let revision = server.tool("note_get", &json!({ "name": "open" }));
    assert!(revision.contains("revision"), "{revision}");
    let calls = |name: &str| {
        let update = |operation: &str, more: Value| {
            let mut arguments = json!({ "operation": operation, "name": name, "revision": "0" });
            arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ("note_update", arguments)
        };
        vec![
            ("note_get", json!({ "name": name })),
            ("note_get", json!({ "name": name, "format": "markdown", "offset": 7 })),
            ("note_get", json!({ "name": name, "section": "Plan" })),
            ("note_get", json!({ "name": "open", "section": name })),
            ("note_links", json!({ "name": name })),
            ("note_list", json!({ "tags": [name] })),
            update("append", json!({ "text": "x" })),
            update("replace", json!({ "text": "x", "section": "Plan" })),
            update("rename", json!({ "title": "x" })),
            update("set_tags", json!({ "tags": ["x"] })),
            update("link", json!({ "target": "open" })),
        ]
    };
    for (n, (tool, arguments)) in calls("n0wh3r3").iter().enumerate() {
        let absent = server.tool(tool, arguments);
        for name in NAMES {
            let (tool, arguments) = &calls(name)[n];
            assert_eq!(server.tool(tool, arguments), absent.replace("n0wh3r3", name), "{tool} {arguments}");
        }
    }
    for query in [
        "canary",
        "cana*",
        "s3*",
        "\"canary body\"",
        "canary OR canary",
        "body:canary",
        "{body}: canary",
        "NEAR(canary body)",
        "^canary",
        "canarytag",
    ] {
        let nothing = server.tool("note_search", &json!({ "query": "n0wh3r3", "limit": 1000 })).replace("n0wh3r3", "");
        let found = server.tool("note_search", &json!({ "query": query, "limit": 1000 }));
        let escaped = query.replace('"', "\\\"");
        assert_eq!(found.replace(&escaped, ""), nothing, "{query}");
    }
    for id in ["s3cr3t", "s3cr3t-inner", "s3cr3t-diary", "s3cr3t-no"] {
        let mut create =
            |id: &str| server.tool("note_create", &json!({ "title": "New", "body": "x", "id": id })).replace(id, "ID");
        assert_eq!(create(id), create("open"));
    }
    assert_eq!(home.files(), before);
}

#[test]
fn no_answer_of_the_server_has_anything_private() {
    let home = home();
    let mut server = Server::start(&home);
    for (method, params) in [
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("prompts/list", json!({})),
        ("tools/list", json!({})),
        ("prompts/get", json!({ "name": "start_session" })),
        ("prompts/get", json!({ "name": "checkpoint" })),
        ("prompts/get", json!({ "name": "code_review_fix" })),
        ("resources/read", json!({ "uri": "memento://note/open" })),
        ("resources/read", json!({ "uri": "memento://note/recipe" })),
        ("resources/read", json!({ "uri": "memento://note/granted" })),
    ] {
        let answer = server.ask(method, &params).to_string();
        assert_clean(&format!("{method} {params}"), &answer);
        assert!(answer.len() > 10, "{method}");
    }
    let absent = server.ask("resources/read", &json!({ "uri": "memento://note/n0wh3r3" })).to_string();
    for uri in ["s3cr3t", "%733cr3t", "s3cr3t-inner", "s3cr3t-diary", "Canary%20title"] {
        let answer = server.ask("resources/read", &json!({ "uri": format!("memento://note/{uri}") })).to_string();
        let plain = uri.replace("%73", "s").replace("%20", " ");
        assert_eq!(answer.replace(uri, "n0wh3r3").replace(&plain, "n0wh3r3"), absent, "{uri}");
    }
    for name in ["open", "recipe", "granted", "great"] {
        for format in ["org", "markdown"] {
            for offset in [0, 1, 10, 1_000_000] {
                let arguments = json!({ "name": name, "format": format, "offset": offset });
                assert_clean(&arguments.to_string(), &server.tool("note_get", &arguments));
            }
        }
        assert_clean(name, &server.tool("note_links", &json!({ "name": name })));
        for section in ["Canary inner", "Canary price", "Recipe/Canary price", "Plan", "..", ""] {
            let answer = server.tool("note_get", &json!({ "name": name, "section": section }));
            assert_clean(section, &answer.replace(section, ""));
        }
    }
    for arguments in [
        json!({}),
        json!({ "recent": true }),
        json!({ "limit": 100_000 }),
        json!({ "offset": 3 }),
        json!({ "tags": ["none"] }),
        json!({ "tags": ["PRIVATE"] }),
    ] {
        assert_clean(&arguments.to_string(), &server.tool("note_list", &arguments));
    }
    for query in ["text", "open", "te*", "text -nothing"] {
        let answer = server.tool("note_search", &json!({ "query": query, "limit": 500 }));
        assert_clean(query, &answer);
        assert!(answer.contains("open"), "{query}");
    }
    // Answers to what makes no sense.
    for (tool, arguments) in [
        ("note_get", json!({})),
        ("note_get", json!({ "name": 5 })),
        ("note_update", json!({ "name": "open" })),
        ("note_nothing", json!({})),
    ] {
        assert_clean(tool, &server.tool(tool, &arguments));
    }
    drop(server);
    for (path, bytes) in files_below(&home.path("data")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        // The index is the person's, and the trail has what was asked for.
        if !name.starts_with("index.db") && !name.starts_with("memento.db") {
            assert_clean(name, &String::from_utf8_lossy(&bytes));
        }
    }
}
