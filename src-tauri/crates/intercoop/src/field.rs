//! The vocabulary of Intercoop (specification 1.4, 3.1), and where a personal vault takes each field from.

/// A field that a peer descriptor may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Peer id of the source. The protocol requires it: it selects the key.
    OriginPeer,
    /// Member number at the source.
    InnerId,
    /// Roles at the source.
    PeerRoles,
    /// Tax id.
    Nif,
    /// `surname, firstname`, or the legal name of an organisation.
    Name,
    /// Street address.
    Address,
    /// City.
    City,
    /// State or province.
    State,
    /// Postal code, a text: `08001` has a leading zero.
    PostalCode,
    /// Country, an ISO code.
    Country,
    /// Preferred e-mail address.
    Email,
    /// Preferred telephone.
    Phone,
    /// Preferred language, an ISO code.
    Lang,
    /// Accepted languages by preference.
    Langs,
    /// Tax id of the representative of a legal person.
    ProxyNif,
    /// Name of the representative.
    ProxyName,
}

impl Field {
    /// All fields, in the order in which a vault writes them.
    pub const ALL: [Self; 16] = [
        Self::OriginPeer,
        Self::Name,
        Self::Nif,
        Self::InnerId,
        Self::PeerRoles,
        Self::Address,
        Self::City,
        Self::State,
        Self::PostalCode,
        Self::Country,
        Self::Email,
        Self::Phone,
        Self::Lang,
        Self::Langs,
        Self::ProxyNif,
        Self::ProxyName,
    ];

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::OriginPeer => "originpeer",
            Self::InnerId => "innerid",
            Self::PeerRoles => "peerroles",
            Self::Nif => "nif",
            Self::Name => "name",
            Self::Address => "address",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postalcode",
            Self::Country => "country",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Lang => "lang",
            Self::Langs => "langs",
            Self::ProxyNif => "proxynif",
            Self::ProxyName => "proxyname",
        }
    }

    /// The field of a word; `None` for a word outside the vocabulary.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The persona fields it is made of, for a person or an organisation. Empty for what is no property of theirs: `originpeer`,
    /// `innerid` and `peerroles` are facts about one cooperative and kept with it; a person has no proxy.
    pub fn persona_fields(self, organization: bool) -> &'static [&'static str] {
        match self {
            Self::Name if organization => &["legal_name"],
            Self::ProxyNif if organization => &["representative_tax_id"],
            Self::ProxyName if organization => &["representative_name"],
            Self::Name => &["last_name", "first_name"],
            Self::Nif => &["tax_id"],
            Self::Address => &["address"],
            Self::City => &["city"],
            Self::State => &["state"],
            Self::PostalCode => &["zip_code"],
            Self::Country => &["country"],
            Self::Email => &["email"],
            Self::Phone => &["phone"],
            Self::Lang => &["language"],
            Self::Langs => &["languages"],
            Self::OriginPeer | Self::InnerId | Self::PeerRoles | Self::ProxyNif | Self::ProxyName => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        for field in Field::ALL {
            assert_eq!(Field::of_name(field.name()), Some(field));
        }
        assert_eq!(Field::of_name("peerid"), None);
        assert_eq!(Field::of_name("Name"), None);
    }

    #[test]
    fn the_vocabulary_is_that_of_the_schema() {
        let mut names: Vec<&str> = Field::ALL.into_iter().map(Field::name).collect();
        names.sort_unstable();
        let mut schema: Vec<&str> =
            "originpeer innerid peerroles nif name address postalcode city state country phone email \
                                     lang langs proxynif proxyname"
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect();
        schema.sort_unstable();
        assert_eq!(names, schema);
    }
}
