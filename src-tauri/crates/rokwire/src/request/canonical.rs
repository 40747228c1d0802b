//! What is signed of a request: a line for each covered name (specification 4.2).

use super::error::SignatureError;

/// The name under which method, path and protocol are covered.
pub(super) const REQUEST_LINE: &str = "request-line";
/// The header that covers path and query as they are sent (9 row 11).
pub(super) const REQUEST_TARGET: &str = "x-request-target";

/// A request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// `POST`.
    pub method: &'a str,
    /// Path and query as they were sent, still escaped: `/core/tps/access-token`.
    pub target: &'a str,
    /// `HTTP/1.1`. The protocol is signed too.
    pub protocol: &'a str,
    /// All headers, names in small letters; a header that came twice stands twice.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> Received<'a> {
    /// The value of a header that is there once, and is not blank.
    pub(super) fn header(&self, name: &str) -> Result<&'a str, SignatureError> {
        let mut values = self.headers.iter().filter(|(other, _)| *other == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) if is_line(value) && !value.trim().is_empty() => Ok(value),
            (Some(_) | None, _) => Err(SignatureError::Header),
        }
    }

    /// The text that is signed, for the covered names in their order.
    pub(super) fn signed_text(&self, covered: &[String]) -> Result<String, SignatureError> {
        let line = |name: &String| match name.as_str() {
            REQUEST_LINE => request_line(self.method, self.target, self.protocol),
            name => Ok(format!("{name}: {}", self.header(name)?)),
        };
        let lines: Result<Vec<String>, SignatureError> = covered.iter().map(line).collect();
        Ok(lines?.join("\n"))
    }
}

/// `METHOD SP decoded-path SP protocol`, without the query.
pub(super) fn request_line(method: &str, target: &str, protocol: &str) -> Result<String, SignatureError> {
    let path = target.split('?').next().unwrap_or_default();
    let path = unescaped(path).ok_or(SignatureError::Target)?;
    let line = format!("{method} {path} {protocol}");
    let is_plain = path.starts_with('/') && is_line(&line);
    is_plain.then_some(line).ok_or(SignatureError::Target)
}

/// Whether the path alone says too little: it has escapes, so that another path is signed alike, or a query, which is not signed.
pub(super) fn needs_target(target: &str) -> bool {
    target.contains(['?', '%', '#'])
}

/// No sign that begins another line.
fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn unescaped(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(target: &str) -> Result<String, SignatureError> {
        request_line("POST", target, "HTTP/1.1")
    }

    #[test]
    fn the_path_is_unescaped_and_the_query_left_out() {
        assert_eq!(line("/a%20b%2Fc?x=1").unwrap(), "POST /a b/c HTTP/1.1");
        assert_eq!(line("/%c3%A9").unwrap(), "POST /é HTTP/1.1");
        for target in [
            "",
            "a",
            "/%",
            "/%2",
            "/%zz",
            "/%+1",
            "/%é",
            "/%ff",
            "/a%0Ahost: x",
            "/a\nb",
        ] {
            assert_eq!(line(target), Err(SignatureError::Target), "{target:?}");
        }
    }

    proptest! {
        #[test]
        fn a_request_line_is_one_line(target in any::<String>(), plain in "/[a-z0-9/._-]{0,30}") {
            if let Ok(line) = line(&target) {
                prop_assert_eq!(line.lines().count(), 1);
            }
            prop_assert_eq!(line(&plain).unwrap(), format!("POST {plain} HTTP/1.1"));
        }
    }
}
