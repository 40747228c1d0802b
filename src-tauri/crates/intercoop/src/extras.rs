//! The signed extras: fields of the payload that make a transfer one transfer, for one receiver, for a while (specification 9).
//!
//! Upstream stores them like any other field and asks nothing of them. They are always texts in quotes.

use std::fmt;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::envelope::VERSION;
use crate::errors::WireError;
use crate::payload::{Key, PayloadFields, ReceivedFields, Value};
use crate::reason::Reason;

/// Their names, in the order in which they are written.
pub(crate) const EXTRAS: [&str; 6] = [
    MESSAGE_ID,
    ISSUED_AT,
    EXPIRES_AT,
    AUDIENCE,
    SERVICE,
    ENVELOPE_VERSION,
];
const MESSAGE_ID: &str = "messageId";
const ISSUED_AT: &str = "issuedAt";
const EXPIRES_AT: &str = "expiresAt";
const AUDIENCE: &str = "audience";
const SERVICE: &str = "service";
/// Repeats the version of the envelope, which no signature covers.
const ENVELOPE_VERSION: &str = "intercoopVersion";

/// How long a package is good for.
pub const LIFETIME: Duration = Duration::minutes(15);
/// How far ahead the sender's clock may be.
const SKEW: Duration = Duration::minutes(5);

/// The extras of one package.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// A UUID of version 4, made once for this transfer.
    pub message_id: Option<Uuid>,
    /// When it was signed.
    pub issued_at: Option<OffsetDateTime>,
    /// Until when it is good.
    pub expires_at: Option<OffsetDateTime>,
    /// Peer id of the one receiver.
    pub audience: Option<String>,
    /// Id of the service that is wanted.
    pub service: Option<String>,
    /// The version of the envelope around it.
    pub envelope_version: Option<String>,
}

impl Extras {
    /// Those of a package of ours. `message_id` is made by who has randomness, `now` by who has a clock; parts of a second
    /// are dropped.
    pub fn new(message_id: Uuid, now: OffsetDateTime, audience: &str, service: &str) -> Self {
        let now = now.to_offset(time::UtcOffset::UTC);
        let now = now.replace_nanosecond(0).unwrap_or(now);
        Self {
            message_id: Some(message_id),
            issued_at: Some(now),
            expires_at: Some(now + LIFETIME),
            audience: Some(audience.to_owned()),
            service: Some(service.to_owned()),
            envelope_version: Some(VERSION.to_owned()),
        }
    }

    /// Sets the fields of a payload.
    pub fn write_to(&self, fields: &mut PayloadFields) {
        let time = |time: Option<OffsetDateTime>| time.and_then(|time| time.format(&Rfc3339).ok());
        let values = [
            self.message_id.map(|id| id.hyphenated().to_string()),
            time(self.issued_at),
            time(self.expires_at),
            self.audience.clone(),
            self.service.clone(),
            self.envelope_version.clone(),
        ];
        for (name, value) in EXTRAS.into_iter().zip(values) {
            if let Some(value) = value {
                fields.set(Key::known(name), Value::Text(value));
            }
        }
    }

    /// Reads those that a payload has.
    ///
    /// # Errors
    /// `BadMessage` for one that is there and is not what its name says.
    pub fn read(fields: &ReceivedFields) -> Result<Self, WireError> {
        let text = |name: &str| match fields.get(name) {
            None => Ok(None),
            Some(value) => value.text().map(Some).ok_or_else(|| malformed(name)),
        };
        let time = |name: &str| {
            text(name)?
                .map(|text| OffsetDateTime::parse(text, &Rfc3339).map_err(|_| malformed(name)))
                .transpose()
        };
        let owned = |name: &str| Ok::<_, WireError>(text(name)?.map(str::to_owned));
        Ok(Self {
            message_id: text(MESSAGE_ID)?.map(message_id).transpose()?,
            issued_at: time(ISSUED_AT)?,
            expires_at: time(EXPIRES_AT)?,
            audience: owned(AUDIENCE)?,
            service: owned(SERVICE)?,
            envelope_version: owned(ENVELOPE_VERSION)?,
        })
    }

    /// Checks that the package is for `audience`, and good at `now`. What is there has to fit. With `is_required`, as for a
    /// peer that is marked as new, `messageId`, `expiresAt` and `audience` have to be there.
    ///
    /// # Errors
    /// `BadMessage` with a reason that the sender's people can read.
    pub fn check(&self, audience: &str, now: OffsetDateTime, is_required: bool) -> Result<(), WireError> {
        for (name, is_there) in [
            (MESSAGE_ID, self.message_id.is_some()),
            (EXPIRES_AT, self.expires_at.is_some()),
            (AUDIENCE, self.audience.is_some()),
        ] {
            if is_required && !is_there {
                return Err(WireError::bad_message(format!("The package has no {name}")));
            }
        }
        let is_other =
            |named: &Option<String>, expected: &str| named.as_deref().is_some_and(|named| named != expected);
        let reason = if is_other(&self.audience, audience) {
            Reason::OtherAudience
        } else if self.expires_at.is_some_and(|end| end < now) {
            Reason::Expired
        } else if self.issued_at.is_some_and(|start| start > now + SKEW) {
            Reason::FromTheFuture
        } else if is_other(&self.envelope_version, VERSION) {
            Reason::OtherVersion
        } else {
            return Ok(());
        };
        Err(reason.into())
    }
}

impl fmt::Debug for Extras {
    /// Which are there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            self.message_id.is_some(),
            self.issued_at.is_some(),
            self.expires_at.is_some(),
            self.audience.is_some(),
            self.service.is_some(),
            self.envelope_version.is_some(),
        ];
        let names = EXTRAS.into_iter().zip(there).filter(|(_, is_there)| *is_there);
        f.debug_list().entries(names.map(|(name, _)| name)).finish()
    }
}

/// In the one form that everybody compares alike.
fn message_id(text: &str) -> Result<Uuid, WireError> {
    let id = Uuid::try_parse(text).ok();
    id.filter(|id| id.get_version_num() == 4 && id.hyphenated().to_string() == text)
        .ok_or_else(|| malformed(MESSAGE_ID))
}

fn malformed(name: &str) -> WireError {
    WireError::bad_message(format!("The field {name} is not what it should be"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Field;
    use crate::payload::write;
    use proptest::prelude::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-28 14:00:00.5 UTC);
    const ID: &str = "27dd626c-5133-4ece-bb79-c1b0405cb630";

    fn ours() -> Extras {
        Extras::new(ID.parse().unwrap(), NOW, "somacme", "contract")
    }

    fn read(lines: &str) -> Result<Extras, WireError> {
        Extras::read(&ReceivedFields::read(&format!("originpeer: a\n{lines}")).unwrap())
    }

    #[test]
    fn they_are_written_as_quoted_texts_and_come_back() {
        let mut fields = PayloadFields::new();
        fields.set(Field::OriginPeer, Value::Text("vault".into()));
        ours().write_to(&mut fields);
        let text = write(&fields);
        assert_eq!(
            text,
            "originpeer: \"vault\"\nmessageId: \"27dd626c-5133-4ece-bb79-c1b0405cb630\"\nissuedAt: \"2026-11-28T14:00:00Z\"\n\
             expiresAt: \"2026-11-28T14:15:00Z\"\naudience: \"somacme\"\nservice: \"contract\"\nintercoopVersion: \"1.0\"\n"
        );
        let fields = ReceivedFields::read(&text).unwrap();
        assert_eq!(Extras::read(&fields), Ok(ours()));
        assert_eq!(fields.personal().count(), 0);
        assert_eq!(read(""), Ok(Extras::default()));
        assert!(format!("{:?}", ours()).starts_with("[\"messageId\", "));
    }

    #[test]
    fn their_names_can_be_written() {
        for name in EXTRAS {
            assert_eq!(Key::new(name), Ok(Key::known(name)));
        }
    }

    #[test]
    fn what_is_there_has_to_be_what_its_name_says() {
        for lines in [
            "messageId: x",
            "messageId: 27DD626C-5133-4ECE-BB79-C1B0405CB630",
            "messageId: 27dd626c51334ecebb79c1b0405cb630",
            "messageId: 27dd626c-5133-1ece-bb79-c1b0405cb630",
            "messageId: [x]",
            "issuedAt: '2026-11-28'",
            "expiresAt: 2026-11-28T14:00:00Z",
            "expiresAt: null",
            "audience: 12",
            "service: NO",
            "intercoopVersion: 1.0",
        ] {
            assert!(
                matches!(read(lines), Err(WireError::BadMessage { .. })),
                "{lines}"
            );
        }
    }

    #[test]
    fn a_package_is_for_one_receiver_and_a_while() {
        let holds = |extras: &Extras, now, is_required| {
            let result = extras.check("somacme", now, is_required);
            result.map_err(|error| error.message())
        };
        assert_eq!(holds(&ours(), NOW, true), Ok(()));
        assert_eq!(holds(&Extras::default(), NOW, false), Ok(()));
        let without = |change: fn(&mut Extras)| {
            let mut extras = ours();
            change(&mut extras);
            extras
        };
        for (extras, now, reason) in [
            (ours(), NOW + Duration::minutes(16), "The package has expired"),
            (
                ours(),
                NOW - Duration::minutes(6),
                "The package was issued in the future",
            ),
            (
                without(|extras| extras.audience = Some("other".into())),
                NOW,
                "The package is for somebody else",
            ),
            (
                without(|extras| extras.envelope_version = Some("2.0".into())),
                NOW,
                "The envelope has another version than the payload says",
            ),
        ] {
            let reason = Err(format!("Malformed message: {reason}"));
            assert_eq!(holds(&extras, now, false), reason);
            assert_eq!(holds(&extras, now, true), reason);
        }
        for (extras, name) in [
            (without(|extras| extras.message_id = None), "messageId"),
            (without(|extras| extras.expires_at = None), "expiresAt"),
            (without(|extras| extras.audience = None), "audience"),
        ] {
            assert_eq!(holds(&extras, NOW, false), Ok(()));
            let reason = format!("Malformed message: The package has no {name}");
            assert_eq!(holds(&extras, NOW, true), Err(reason));
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_or_refused(value in any::<String>()) {
            let mut fields = PayloadFields::new();
            fields.set(Field::OriginPeer, Value::Text("a".into()));
            for name in EXTRAS {
                fields.set(Key::new(name).unwrap(), Value::Text(value.clone()));
            }
            let fields = ReceivedFields::read(&write(&fields)).unwrap();
            prop_assert!(Extras::read(&fields).is_err());
        }
    }
}
