//! The hosts that an app accepts (`openplatform`, specification 1.4).

use super::Manifest;

impl Manifest {
    /// Whether the app will answer a host whose verify addresses begin with `base`.
    ///
    /// Its server compares letter by letter: the verify address has to begin with one of the entries, and an app without entries accepts
    /// every host. One that does not accept this host answers everything with 401.
    pub fn accepts_host(&self, base: &str) -> bool {
        let verify = format!("{base}/verify/?accesstoken=");
        self.hosts.is_empty() || self.hosts.iter().any(|entry| verify.starts_with(entry.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_the_beginning_of_the_verify_address() {
        let base = "http://127.0.0.1:8200";
        for (hosts, accepted) in [
            ("[]", true),
            (r#""http://127.0.0.1:8200""#, true),
            (
                r#"["https://other.example","http://127.0.0.1:8200/verify/"]"#,
                true,
            ),
            // Without its port it is the beginning of the address all the same.
            (r#"["http://127.0.0.1"]"#, true),
            (r#"["http://127.0.0.1:8201"]"#, false),
            (r#"["https://platform.example"]"#, false),
            (r#"["127.0.0.1:8200"]"#, false),
        ] {
            let manifest =
                Manifest::parse(format!(r#"{{"name":"a","openplatform":{hosts}}}"#).as_bytes()).unwrap();
            assert_eq!(manifest.accepts_host(base), accepted, "{hosts}");
        }
    }
}
