//! Says what to do where the page is wanted and not there: `include_str!` would only name a file.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=web/dist/timeline.html");
    if std::env::var_os("CARGO_FEATURE_WEB").is_some() && !Path::new("web/dist/timeline.html").exists() {
        println!(
            "cargo::error=feature `web` needs the page: install Node.js with npm and run web/build.sh, then this again"
        );
    }
}
