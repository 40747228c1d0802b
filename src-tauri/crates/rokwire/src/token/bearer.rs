//! The header that carries a token.

/// The token of `Authorization: Bearer <token>`: two words, the first in any case (specification 2.5).
pub fn bearer(header: &str) -> Option<&str> {
    let mut words = header.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(scheme), Some(token), None) if scheme.eq_ignore_ascii_case("bearer") => Some(token),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_header_has_two_words() {
        for header in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"] {
            assert_eq!(bearer(header), Some("a.b.c"));
        }
        for header in ["", "Bearer", "a.b.c", "Bearer a b", "Basic a", "Bearera"] {
            assert_eq!(bearer(header), None, "{header}");
        }
    }
}
