//! Who may ask: pages of this server, by one of its names, and nobody else's.
//!
//! A page of another host that has its name point here (DNS rebinding) comes with that name in `Host`; one that posts across
//! comes with its own address in `Origin`. A rating needs the token besides, which stands in this server's pages alone.

use axum::http::{HeaderMap, StatusCode, header};

/// What a request is held against.
pub(super) struct Guard {
    port: u16,
    token: String,
}

/// Why a request is refused: the status and one line.
pub(super) type Refused = (StatusCode, &'static str);

/// The header that holds the token.
const TOKEN: &str = "x-memento-token";

impl Guard {
    /// With a token that was never used before.
    pub(super) fn new(port: u16) -> Self {
        let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        Self { port, token }
    }

    /// What the pages hold.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a request may be answered at all.
    pub(super) fn read(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match only(headers, header::HOST.as_str()) {
            Some(host) if self.is_here(host) => Ok(()),
            _ => Err((StatusCode::FORBIDDEN, "this server answers to 127.0.0.1 and localhost alone")),
        }
    }

    /// Whether a request may change something.
    pub(super) fn write(&self, headers: &HeaderMap) -> Result<(), Refused> {
        self.read(headers)?;
        let other = Err((StatusCode::FORBIDDEN, "only a page of this server may rate: open it from here"));
        let origin = only(headers, header::ORIGIN.as_str()).and_then(|origin| origin.strip_prefix("http://"));
        // The page's own name for this server, not another one of ours: two names are two origins.
        if origin.is_none() || origin != only(headers, header::HOST.as_str()) {
            return other;
        }
        if headers.contains_key("sec-fetch-site") && only(headers, "sec-fetch-site") != Some("same-origin") {
            return other;
        }
        // Hashes are compared in constant time.
        let token = only(headers, TOKEN).unwrap_or_default();
        if blake3::hash(token.as_bytes()) != blake3::hash(self.token.as_bytes()) {
            return Err((StatusCode::FORBIDDEN, "the page is of an earlier run: load it again, then rate"));
        }
        Ok(())
    }

    fn is_here(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            // The last colon of an address of IPv6 is within its brackets.
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            // A browser leaves the port out where it is that of the scheme.
            _ => (host, Some(80)),
        };
        port == Some(self.port)
            && ["127.0.0.1", "localhost", "[::1]"].iter().any(|here| name.eq_ignore_ascii_case(here))
    }
}

/// The value of a header that came once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let guard = Guard::new(8080);
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"] {
            assert_eq!(guard.read(&headers(&[("host", host)])), Ok(()), "{host}");
        }
        for host in
            ["evil.example:8080", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8080", "[::1]", "", ":8080"]
        {
            assert!(guard.read(&headers(&[("host", host)])).is_err(), "{host}");
        }
        assert!(guard.read(&HeaderMap::new()).is_err());
        assert!(Guard::new(80).read(&headers(&[("host", "localhost")])).is_ok());
        let mut two = headers(&[("host", "localhost:8080")]);
        two.append("host", "evil.example".parse().unwrap());
        assert!(guard.read(&two).is_err());
    }

    #[test]
    fn a_rating_needs_the_token_and_this_origin() {
        let guard = Guard::new(8080);
        let host = ("host", "127.0.0.1:8080");
        let origin = ("origin", "http://127.0.0.1:8080");
        let token = guard.token().to_owned();
        let token = ("x-memento-token", token.as_str());
        assert_eq!(guard.write(&headers(&[host, origin, token])), Ok(()));
        assert_eq!(guard.write(&headers(&[host, origin, token, ("sec-fetch-site", "same-origin")])), Ok(()));
        let refused: [&[(&str, &str)]; 9] = [
            &[host, origin],
            &[host, token],
            &[origin, token],
            &[host, origin, ("x-memento-token", "no")],
            &[host, ("origin", "http://evil.example"), token],
            &[host, ("origin", "null"), token],
            &[host, ("origin", "https://127.0.0.1:8080"), token],
            &[host, ("origin", "http://localhost:8080"), token],
            &[host, origin, token, ("sec-fetch-site", "cross-site")],
        ];
        for pairs in refused {
            let pairs: Vec<(&'static str, &str)> = pairs
                .iter()
                .map(|(name, value)| {
                    (
                        ["host", "origin", "x-memento-token", "sec-fetch-site"]
                            .into_iter()
                            .find(|n| n == name)
                            .unwrap(),
                        *value,
                    )
                })
                .collect();
            assert!(guard.write(&headers(&pairs)).is_err(), "{pairs:?}");
        }
    }
}
