//! The shared secrets of P5, which stand in the manifest or in the query of its address (specification 1.1).

use url::Url;

use crate::secret::Secret;

/// The names of the two, in a manifest and in the query of its address.
const REQUEST: &str = "reqtoken";
const RESPONSE: &str = "restoken";
/// Longest secret that is read, in bytes.
const LONGEST: usize = 1000;

/// Shared secrets of P5. Not printed by `Debug`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedSecrets {
    pub(crate) request: Option<Secret>,
    pub(crate) response: Option<Secret>,
}

impl SharedSecrets {
    /// Whether there is neither.
    pub fn is_empty(&self) -> bool {
        self.request.is_none() && self.response.is_none()
    }

    /// `reqtoken`: signs what the host sends.
    pub fn request(&self) -> Option<&str> {
        self.request.as_ref().map(Secret::expose)
    }

    /// `restoken`: signs what the app sends.
    pub fn response(&self) -> Option<&str> {
        self.response.as_ref().map(Secret::expose)
    }

    /// Takes the secrets out of the address of a manifest, so that what is shown, stored and fetched is without them. The rest of the
    /// address stays byte for byte where there are none.
    pub fn take_from(address: &mut Url) -> Self {
        let mut taken = Self::default();
        let mut rest = Vec::new();
        for (name, value) in address.query_pairs() {
            match name.as_ref() {
                REQUEST => taken.request = secret(&value).or(taken.request),
                RESPONSE => taken.response = secret(&value).or(taken.response),
                _ => {
                    rest.push((name.into_owned(), value.into_owned()));
                    continue;
                }
            }
        }
        let has_any = address
            .query_pairs()
            .any(|(name, _)| name == REQUEST || name == RESPONSE);
        if has_any {
            address.set_query(None);
            if !rest.is_empty() {
                address.query_pairs_mut().extend_pairs(rest);
            }
        }
        taken
    }
}

fn secret(value: &str) -> Option<Secret> {
    (!value.is_empty() && value.len() <= LONGEST).then(|| Secret::new(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (String, SharedSecrets) {
        let mut address = Url::parse(text).unwrap();
        let secrets = SharedSecrets::take_from(&mut address);
        (address.into(), secrets)
    }

    #[test]
    fn secrets_are_taken_out_of_the_address() {
        let (address, secrets) =
            taken("https://a.example/openplatform.json?app=1&reqtoken=canary1&restoken=canary%202");
        assert_eq!(address, "https://a.example/openplatform.json?app=1");
        assert_eq!(secrets.request(), Some("canary1"));
        assert_eq!(secrets.response(), Some("canary 2"));
        assert!(!format!("{secrets:?}").contains("canary"));
        let (address, secrets) = taken("https://a.example/openplatform.json?reqtoken=&restoken=canary");
        assert_eq!(address, "https://a.example/openplatform.json");
        assert_eq!((secrets.request(), secrets.response()), (None, Some("canary")));
    }

    #[test]
    fn an_address_without_secrets_stays_as_it_is() {
        for text in [
            "https://a.example/openplatform.json",
            "https://a.example/d?app=%31&x=a+b",
        ] {
            let (address, secrets) = taken(text);
            assert_eq!(address, text);
            assert!(secrets.is_empty());
        }
    }
}
