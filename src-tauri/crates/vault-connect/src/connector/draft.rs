//! The description of a platform that somebody builds and tries out here, from the fields of a form.

use gigdata::Dialect;
use serde::Serialize;

use super::RatingScale;

/// A platform with an endpoint, as its builder describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointDraft {
    /// Its id: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub words: String,
    /// The address of its endpoint.
    pub url: String,
    /// The names that it knows in a request.
    pub dialect: Dialect,
    /// Its scale of ratings.
    pub rating: RatingScale,
    /// How many seconds lie between two automatic fetches.
    pub interval: u32,
}

impl EndpointDraft {
    /// The draft as a connector file, which is checked like any other when it is added.
    #[must_use]
    pub fn to_connector(&self) -> String {
        let file = File {
            connector: 1,
            id: &self.id,
            name: &self.name,
            words: &self.words,
            endpoint: Endpoint {
                url: &self.url,
                dialect: self.dialect.to_string(),
                interval: self.interval,
                rating: self.rating,
            },
        };
        // Texts and numbers always have a form in TOML.
        toml::to_string(&file).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct File<'d> {
    connector: u8,
    id: &'d str,
    name: &'d str,
    words: &'d str,
    endpoint: Endpoint<'d>,
}

#[derive(Serialize)]
struct Endpoint<'d> {
    url: &'d str,
    dialect: String,
    interval: u32,
    rating: RatingScale,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_connector;

    #[test]
    fn a_draft_is_a_connector_file_whatever_its_texts_are() {
        let draft = EndpointDraft {
            id: "nabo".into(),
            name: "Nabo \"Gigs\" \\ [endpoint]".into(),
            words: "Small jobs # not a comment".into(),
            url: "https://nabo.example/api/ExportData?a='b'".into(),
            dialect: Dialect::TokenUsername,
            rating: RatingScale {
                min: 0.0,
                max: 1.0,
                success: 0.5,
            },
            interval: 7200,
        };
        let read = check_connector(&draft.to_connector(), false).unwrap();
        assert_eq!(
            (read.name, read.words, read.interval),
            (draft.name, draft.words, 7200)
        );
        let endpoint = read.endpoint.unwrap();
        assert_eq!((endpoint.dialect, endpoint.rating), (draft.dialect, draft.rating));
        assert_eq!(endpoint.url.query(), Some("a=%27b%27"));
    }

    #[test]
    fn a_draft_with_a_mistake_names_it() {
        let draft = EndpointDraft {
            id: "nabo".into(),
            name: "Nabo".into(),
            words: String::new(),
            url: "http://nabo.example/".into(),
            dialect: Dialect::Current,
            rating: RatingScale::default(),
            interval: 3600,
        };
        assert!(check_connector(&draft.to_connector(), false).is_err());
    }
}
