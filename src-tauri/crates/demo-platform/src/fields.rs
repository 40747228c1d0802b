//! Form fields and query parameters, which anybody may send.

use url::form_urlencoded;

/// Most fields that are looked at.
const MOST: usize = 64;

/// Fields in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`; any bytes are such a text. Fields after the 64th are not looked at.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(bytes)
                .take(MOST)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of a field. One that is empty or came more than once counts as missing (RFC 6749 section 3.1).
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.all(name);
        let value = values.next().filter(|value| !value.is_empty());
        if values.next().is_some() { None } else { value }
    }

    /// The values of a field that may come more than once.
    pub(crate) fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        let same = move |field: &&'f (String, String)| field.0 == name;
        self.0
            .iter()
            .filter(same)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;
    use proptest::prelude::*;

    #[test]
    fn a_field_counts_if_it_came_once_and_is_not_empty() {
        let fields = Fields::parse(b"a=1&b=&c=1&c=2&d=x%20y+z");
        assert_eq!(
            (fields.one("a"), fields.one("b"), fields.one("c"), fields.one("e")),
            (Some("1"), None, None, None)
        );
        assert_eq!(fields.one("d"), Some("x y z"));
        assert_eq!(fields.all("c").collect::<Vec<_>>(), ["1", "2"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_fields(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(Fields::parse(&bytes).0.len() <= super::MOST);
        }
    }
}
