//! Lisp data: built as values of a live Emacs, or printed for `read` at the other end of a pipe.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use emacs::{Env, FromLisp, IntoLisp, Value};

use super::failure::Failure;
use crate::error::Error;

/// A piece of Lisp data.
#[derive(Debug, Clone)]
pub(super) enum Lisp<'a> {
    Nil,
    Symbol(&'static str),
    Int(i64),
    Float(f64),
    Str(Cow<'a, str>),
    List(Vec<Lisp<'a>>),
    /// Keys without their colon. What is nil is left out.
    Plist(Vec<(&'static str, Lisp<'a>)>),
}

impl<'a> Lisp<'a> {
    pub(super) fn string(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Str(text.into())
    }

    pub(super) fn plist(pairs: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Plist(pairs.into_iter().collect())
    }

    pub(super) fn bool(value: bool) -> Self {
        if value { Self::Symbol("t") } else { Self::Nil }
    }

    pub(super) fn line(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// Makes the value in Emacs.
    pub(super) fn build<'e>(&self, env: &'e Env) -> emacs::Result<Value<'e>> {
        Builder { env, symbols: HashMap::new(), keys: HashMap::new(), made: 0 }.build(self)
    }

    /// Prints it on one line, as `read` takes it.
    pub(super) fn print(&self) -> String {
        let mut out = String::new();
        self.print_to(&mut out);
        out
    }

    fn print_to(&self, out: &mut String) {
        match self {
            Self::Nil => out.push_str("nil"),
            Self::Symbol(name) => out.push_str(name),
            // Writing into a string cannot fail.
            Self::Int(n) => _ = write!(out, "{n}"),
            // With a point or an exponent, by which Lisp knows a float.
            Self::Float(x) => _ = write!(out, "{x:?}"),
            Self::Str(text) => {
                out.push('"');
                for c in text.chars() {
                    match c {
                        '"' | '\\' => out.extend(['\\', c]),
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        _ => out.push(c),
                    }
                }
                out.push('"');
            }
            Self::List(items) => {
                out.push('(');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(' ');
                    }
                    item.print_to(out);
                }
                out.push(')');
            }
            Self::Plist(pairs) => {
                out.push('(');
                let mut first = true;
                for (key, value) in pairs.iter().filter(|(_, value)| !matches!(value, Self::Nil)) {
                    _ = write!(out, "{}:{key} ", if first { "" } else { " " });
                    value.print_to(out);
                    first = false;
                }
                out.push(')');
            }
        }
    }
}

impl<'a, T: Into<Lisp<'a>>> From<Option<T>> for Lisp<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl<'a> From<&'a String> for Lisp<'a> {
    fn from(text: &'a String) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<i64> for Lisp<'_> {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<usize> for Lisp<'_> {
    fn from(n: usize) -> Self {
        Self::line(n)
    }
}

impl From<f64> for Lisp<'_> {
    fn from(x: f64) -> Self {
        Self::Float(x)
    }
}

/// Interns each symbol once for a whole tree.
struct Builder<'e> {
    env: &'e Env,
    symbols: HashMap<&'static str, Value<'e>>,
    keys: HashMap<&'static str, Value<'e>>,
    made: usize,
}

/// How many plists are made between two looks at C-g: well below 10 ms of work.
const BETWEEN_POLLS: usize = 1000;

impl<'e> Builder<'e> {
    fn build(&mut self, data: &Lisp<'_>) -> emacs::Result<Value<'e>> {
        match data {
            Lisp::Nil => self.symbol("nil"),
            Lisp::Symbol(name) => self.symbol(name),
            Lisp::Int(n) => n.into_lisp(self.env),
            Lisp::Float(x) => x.into_lisp(self.env),
            Lisp::Str(text) => text.as_ref().into_lisp(self.env),
            Lisp::List(items) => {
                let values = items.iter().map(|i| self.build(i)).collect::<emacs::Result<Vec<_>>>()?;
                self.list(&values)
            }
            Lisp::Plist(pairs) => {
                self.made += 1;
                if self.made.is_multiple_of(BETWEEN_POLLS) {
                    poll(self.env)?;
                }
                let mut values = Vec::with_capacity(2 * pairs.len());
                for (key, value) in pairs.iter().filter(|(_, value)| !matches!(value, Lisp::Nil)) {
                    values.push(self.key(key)?);
                    values.push(self.build(value)?);
                }
                self.list(&values)
            }
        }
    }

    fn list(&self, values: &[Value<'e>]) -> emacs::Result<Value<'e>> {
        self.env.list(values)
    }

    fn symbol(&mut self, name: &'static str) -> emacs::Result<Value<'e>> {
        if let Some(symbol) = self.symbols.get(name) {
            return Ok(*symbol);
        }
        let symbol = self.env.intern(name)?;
        self.symbols.insert(name, symbol);
        Ok(symbol)
    }

    /// A keyword. Its name may be that of a symbol too, as `added` is.
    fn key(&mut self, name: &'static str) -> emacs::Result<Value<'e>> {
        if let Some(symbol) = self.keys.get(name) {
            return Ok(*symbol);
        }
        let symbol = self.env.intern(&format!(":{name}"))?;
        self.keys.insert(name, symbol);
        Ok(symbol)
    }
}

/// Lets C-g through: where the person has quit, the function returns at once and Emacs quits.
fn poll(env: &Env) -> emacs::Result<()> {
    if quit_check(env)() { env.signal("quit", []) } else { Ok(()) }
}

/// Asks whether the person has pressed C-g; to be called during the call of the module that `env` is of.
pub(super) fn quit_check(env: &Env) -> impl Fn() -> bool + 'static {
    let raw = env.raw();
    // SAFETY: `raw` is the live environment of the call during which the check is used, which `guard` sees to; the field is
    // there since Emacs 27, which is older than the oldest Emacs that the module loads into.
    move || unsafe { (*raw).process_input.is_some_and(|process_input| process_input(raw) != 0) }
}

/// The strings of a list or vector.
pub(super) fn list_of_strings(value: Value<'_>) -> emacs::Result<Vec<String>> {
    let env = value.env;
    let vector: emacs::Vector<'_> = env.call("vconcat", (value,))?.into_rust()?;
    (0..vector.len()).map(|i| vector.get(i)).collect()
}

/// A plist that Lisp gave.
#[derive(Clone, Copy)]
pub(super) struct Plist<'e>(pub(super) Value<'e>);

impl<'e> Plist<'e> {
    /// The value of a key, without its colon; `None` where it is nil or absent.
    pub(super) fn get<T: FromLisp<'e>>(self, key: &str) -> emacs::Result<Option<T>> {
        let env = self.0.env;
        let value = env.call("plist-get", (self.0, env.intern(&format!(":{key}"))?))?;
        if value.is_not_nil() { value.into_rust().map(Some) } else { Ok(None) }
    }

    /// A line's number.
    pub(super) fn line(self, key: &str) -> Result<Option<usize>, Failure> {
        let Some(n) = self.get::<i64>(key)? else { return Ok(None) };
        let line =
            usize::try_from(n).map_err(|_| Error::Invalid(format!("{n} is no line: lines are counted from 1")))?;
        Ok(Some(line))
    }

    /// Whether a key is there and not nil.
    pub(super) fn flag(self, key: &str) -> emacs::Result<bool> {
        Ok(self.get::<Value<'_>>(key)?.is_some())
    }

    /// A value that must be there.
    pub(super) fn need<T: FromLisp<'e>>(self, key: &str) -> Result<T, Failure> {
        self.get(key)?.ok_or_else(|| Error::Invalid(format!(":{key} is missing")).into())
    }
}
