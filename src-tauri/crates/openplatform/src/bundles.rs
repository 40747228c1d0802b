//! Bundles: the flags of a manifest expanded into the scopes they stand for, before anybody is asked.
//!
//! A grant holds leaves only. Unlike upstream's, the basic bundle leaves the birth date out: it is always asked apart.

use crate::manifest::{AppsAccess, Manifest, ProfileAccess, ScopeRequest, UsersAccess};
use crate::scope::ScopeText;

/// A field of the person's profile that this protocol can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileLeaf {
    /// Given name.
    FirstName,
    /// Middle name.
    MiddleName,
    /// Family name.
    LastName,
    /// Gender, as the person wrote it; upstream knows `male` and `female`.
    Gender,
    /// Address of a photo that the host serves for this app.
    PhotoUrl,
    /// Preferred language, two letters.
    Language,
    /// Company.
    Company,
    /// Position.
    Position,
    /// Department.
    Department,
    /// City; becomes `locality` and `place`.
    City,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Birth date, `YYYY-MM-DD`. In no bundle.
    BirthDate,
}

/// The leaves of `allowreadprofile: 1`.
const BASIC: [ProfileLeaf; 10] = [
    ProfileLeaf::FirstName,
    ProfileLeaf::MiddleName,
    ProfileLeaf::LastName,
    ProfileLeaf::Gender,
    ProfileLeaf::PhotoUrl,
    ProfileLeaf::Language,
    ProfileLeaf::Company,
    ProfileLeaf::Position,
    ProfileLeaf::Department,
    ProfileLeaf::City,
];
/// What `allowreadprofile: 2` adds.
const CONTACT: [ProfileLeaf; 2] = [ProfileLeaf::Email, ProfileLeaf::Phone];

impl ProfileLeaf {
    /// The persona field, such as `first_name`.
    pub fn field(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::MiddleName => "middle_name",
            Self::LastName => "last_name",
            Self::Gender => "gender",
            Self::PhotoUrl => "photo_url",
            Self::Language => "language",
            Self::Company => "company",
            Self::Position => "position",
            Self::Department => "department",
            Self::City => "city",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::BirthDate => "birth_date",
        }
    }

    /// The leaf of a persona field; `None` for fields that this protocol cannot carry.
    pub fn of_field(field: &str) -> Option<Self> {
        let all = BASIC.iter().chain(&CONTACT).chain(&[Self::BirthDate]);
        all.copied().find(|leaf| leaf.field() == field)
    }

    /// The scope that opens it: `vault:profile.<field>:get`.
    pub fn scope(self) -> Option<ScopeText> {
        ScopeText::parse(&format!("vault:profile.{}:get", self.field())).ok()
    }
}

/// The leaves of an `allowreadprofile`.
pub fn profile_bundle(access: ProfileAccess) -> Vec<ProfileLeaf> {
    match access {
        ProfileAccess::None => Vec::new(),
        ProfileAccess::Basic => BASIC.to_vec(),
        ProfileAccess::Contact => BASIC.iter().chain(&CONTACT).copied().collect(),
    }
}

impl Manifest {
    /// Everything the manifest asks for, as scopes, each once: the member `vault` first, then what the flags stand for.
    ///
    /// Flags ask for nothing that is required: an app that gets none of it still gets the answer of level 0.
    pub fn requests(&self) -> Vec<ScopeRequest> {
        let mut requests = self.vault.scopes.clone();
        for scope in self.flag_scopes() {
            if !requests.iter().any(|known| known.scope == scope) {
                requests.push(ScopeRequest {
                    scope,
                    required: false,
                    explanation: String::new(),
                });
            }
        }
        requests
    }

    fn flag_scopes(&self) -> Vec<ScopeText> {
        let profile = profile_bundle(self.profile)
            .into_iter()
            .filter_map(ProfileLeaf::scope);
        let directories = [
            (self.users != UsersAccess::None, "vault:directory.users:get"),
            (self.apps != AppsAccess::None, "vault:directory.apps:get"),
            (self.meta == Some(true), "vault:directory.meta:get"),
            (self.notifications, "vault:notifications:create"),
        ];
        let asked = directories.into_iter().filter(|(asked, _)| *asked);
        profile
            .chain(asked.filter_map(|(_, scope)| ScopeText::parse(scope).ok()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(manifest: &str) -> Vec<String> {
        let requests = Manifest::parse(manifest.as_bytes()).unwrap().requests();
        requests.iter().map(|request| request.scope.to_string()).collect()
    }

    #[test]
    fn the_basic_bundle_is_what_the_person_is_asked() {
        let names: Vec<&str> = profile_bundle(ProfileAccess::Basic)
            .into_iter()
            .map(ProfileLeaf::field)
            .collect();
        assert_eq!(
            names.join(" "),
            "first_name middle_name last_name gender photo_url language company position department city"
        );
    }

    #[test]
    fn the_contact_bundle_adds_two() {
        let all = profile_bundle(ProfileAccess::Contact);
        assert_eq!(all.len(), 12);
        assert!(all.ends_with(&[ProfileLeaf::Email, ProfileLeaf::Phone]));
        assert!(!all.contains(&ProfileLeaf::BirthDate));
    }

    #[test]
    fn every_leaf_has_a_scope_and_is_found_by_its_field() {
        for leaf in profile_bundle(ProfileAccess::Contact)
            .into_iter()
            .chain([ProfileLeaf::BirthDate])
        {
            assert_eq!(ProfileLeaf::of_field(leaf.field()), Some(leaf));
            assert_eq!(
                leaf.scope().unwrap().to_string(),
                format!("vault:profile.{}:get", leaf.field())
            );
        }
        assert_eq!(ProfileLeaf::of_field("tax_id"), None);
    }

    #[test]
    fn flags_become_scopes() {
        assert!(scopes(r#"{"name":"a","allowreadprofile":0}"#).is_empty());
        let asked = scopes(
            r#"{"name":"a","allowreadprofile":0,"allowreadusers":3,"allowreadapps":1,"allowreadmeta":true,"allownotifications":true}"#,
        );
        assert_eq!(
            asked,
            [
                "vault:directory.users:get",
                "vault:directory.apps:get",
                "vault:directory.meta:get",
                "vault:notifications:create"
            ]
        );
    }

    #[test]
    fn a_scope_asked_twice_keeps_the_words_of_the_app() {
        let manifest = r#"{"name":"a","vault":{"scopes":[{"scope":"vault:profile.city:get","required":true,"explanation":"the map"}]}}"#;
        let requests = Manifest::parse(manifest.as_bytes()).unwrap().requests();
        assert_eq!(requests.len(), 10);
        let city = requests
            .iter()
            .find(|request| request.scope.category() == "profile.city")
            .unwrap();
        assert!(city.required && city.explanation == "the map");
    }
}
