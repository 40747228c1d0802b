//! What a scope opens, as a type: the leaves of which grants are made.

use vault_store::{Operation, RecordKind, Scope};

use crate::{VaultError, persona::PersonaField};

/// One thing that can be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// One field of the persona.
    Profile(PersonaField),
    /// Counts, sums and ratings by week, month or year.
    Summary,
    /// The records of a kind, each by itself.
    Records(RecordKind),
    /// A list of OpenPlatform.
    Directory(Directory),
    /// Identifiers of the person in other systems (Rokwire). The text is the resource, such as `external_ids.uin`.
    ExternalIds(String),
    /// Notifying the person.
    Notifications,
    /// Writing one field of the persona. It does not open what the field says.
    EditProfile(PersonaField),
}

/// A list of OpenPlatform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directory {
    /// People: the one who opened the app.
    Users,
    /// Installed apps.
    Apps,
    /// Lists of places, positions and so on.
    Meta,
}

const KINDS: [(RecordKind, &str); 6] = [
    (RecordKind::Work, "work.records"),
    (RecordKind::Payment, "payments"),
    (RecordKind::Rating, "ratings"),
    (RecordKind::Review, "reviews"),
    (RecordKind::Achievement, "achievements"),
    (RecordKind::Restriction, "restrictions"),
];

const DIRECTORIES: [(Directory, &str); 3] = [
    (Directory::Users, "directory.users"),
    (Directory::Apps, "directory.apps"),
    (Directory::Meta, "directory.meta"),
];

const EXTERNAL_IDS: &str = "external_ids";

impl Leaf {
    /// The leaf that a scope names; `None` for a category that has leaves below it, and for what this vault does not know.
    #[must_use]
    pub fn of(scope: &Scope) -> Option<Self> {
        let resource = scope.resource();
        match scope.operation() {
            Operation::Get => Self::readable(resource),
            Operation::Create => (resource == "notifications").then_some(Self::Notifications),
            Operation::Update => {
                let field = resource.strip_prefix("profile.")?;
                field.parse().ok().map(Self::EditProfile)
            }
            Operation::Delete => None,
        }
    }

    fn readable(resource: &str) -> Option<Self> {
        if let Some(field) = resource.strip_prefix("profile.") {
            return field.parse().ok().map(Self::Profile);
        }
        if resource == "work.summary" {
            return Some(Self::Summary);
        }
        if resource == EXTERNAL_IDS || resource.starts_with("external_ids.") {
            return Some(Self::ExternalIds(resource.to_owned()));
        }
        let kind = KINDS.iter().find(|(_, name)| *name == resource);
        let directory = DIRECTORIES.iter().find(|(_, name)| *name == resource);
        kind.map(|(kind, _)| Self::Records(*kind))
            .or_else(|| directory.map(|(directory, _)| Self::Directory(*directory)))
    }

    /// The scope that names the leaf.
    ///
    /// # Errors
    /// Never for a leaf of this vault; the grammar of scopes is checked all the same.
    pub fn scope(&self) -> Result<Scope, VaultError> {
        let text = match self {
            Self::Profile(field) => format!("vault:profile.{}:get", field.name()),
            Self::Summary => "vault:work.summary:get".to_owned(),
            Self::Records(kind) => format!("vault:{}:get", resource_of(*kind)),
            Self::Directory(directory) => format!("vault:{}:get", directory.resource()),
            Self::ExternalIds(resource) => format!("vault:{resource}:get"),
            Self::Notifications => "vault:notifications:create".to_owned(),
            Self::EditProfile(field) => format!("vault:profile.{}:update", field.name()),
        };
        Scope::new(&text).map_err(|_| VaultError::Internal("a scope of the vault breaks the grammar"))
    }

    /// Whether it opens records, which come from connections, lie in time and can be told more or less exactly.
    #[must_use]
    pub fn opens_records(&self) -> bool {
        matches!(self, Self::Summary | Self::Records(_))
    }

    /// The kind of record that it opens, each by itself.
    #[must_use]
    pub fn kind(&self) -> Option<RecordKind> {
        if let Self::Records(kind) = self {
            Some(*kind)
        } else {
            None
        }
    }

    /// Numbers by which authorities know the person, and writing what the person is known by: shared only after the passphrase.
    #[must_use]
    pub fn is_identity_number(&self) -> bool {
        matches!(
            self,
            Self::Profile(PersonaField::TaxId) | Self::ExternalIds(_) | Self::EditProfile(_)
        )
    }

    /// Every leaf but the open-ended external ids.
    fn all() -> impl Iterator<Item = Self> {
        let fields = PersonaField::ALL.iter().map(|field| Self::Profile(*field));
        let kinds = KINDS.iter().map(|(kind, _)| Self::Records(*kind));
        let directories = DIRECTORIES
            .iter()
            .map(|(directory, _)| Self::Directory(*directory));
        fields
            .chain([Self::Summary])
            .chain(kinds)
            .chain(directories)
            .chain([Self::Notifications])
            .chain(PersonaField::ALL.iter().map(|field| Self::EditProfile(*field)))
    }
}

impl Directory {
    fn resource(self) -> &'static str {
        DIRECTORIES
            .iter()
            .find(|(known, _)| *known == self)
            .map_or("directory", |(_, name)| name)
    }
}

/// The leaves at and below a scope, in the order in which people read them. Empty for what this vault does not know.
#[must_use]
pub fn expand(scope: &Scope) -> Vec<Scope> {
    if Leaf::of(scope).is_some() {
        return vec![scope.clone()];
    }
    Leaf::all()
        .filter_map(|leaf| leaf.scope().ok())
        .filter(|leaf| scope.covers(leaf))
        .collect()
}

/// The resource that names the records of a kind in a scope.
#[must_use]
pub(super) fn resource_of(kind: RecordKind) -> &'static str {
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::new(text).unwrap()
    }

    #[test]
    fn every_leaf_and_its_scope_name_each_other() {
        for leaf in Leaf::all().chain([Leaf::ExternalIds("external_ids.uin".into())]) {
            assert_eq!(Leaf::of(&leaf.scope().unwrap()), Some(leaf));
        }
        assert_eq!(KINDS.len(), RecordKind::ALL.len());
    }

    #[test]
    fn categories_expand_to_their_leaves() {
        for text in ["vault:profile:get", "vault:profile:update"] {
            assert_eq!(expand(&scope(text)).len(), PersonaField::ALL.len());
        }
        let work = expand(&scope("vault:work:get"));
        assert_eq!(
            work,
            [scope("vault:work.summary:get"), scope("vault:work.records:get")]
        );
        assert_eq!(expand(&scope("vault:reviews:get")), [scope("vault:reviews:get")]);
    }

    #[test]
    fn what_is_unknown_expands_to_nothing() {
        for text in [
            "vault:health:get",
            "vault:profile.shoe_size:get",
            "vault:work.records.places:get",
            "vault:notifications:get",
            "vault:reviews:delete",
        ] {
            assert_eq!(expand(&scope(text)), [], "{text}");
        }
    }
}
