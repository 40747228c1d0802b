//! Reads a descriptor. What it needs is strict, what it may leave out is noted.

mod value;

use super::{Descriptor, DescriptorError, Note, Problem, Service, Translated};
use crate::envelope::VERSION;
use crate::field::Field;
use crate::key::{Fingerprint, PeerKey};
use crate::link::Link;
use crate::yaml::{self, Meaning, Node};
use value::{Reader, Value};

/// Longest id, in bytes.
const MAX_ID: usize = 64;
/// How many services a peer may offer.
const MAX_SERVICES: usize = 64;
/// The keys of the schema, those of section 9, and no more.
const KEYS: [&str; 16] = [
    "intercoopVersion",
    "peerVersion",
    "peerid",
    "name",
    "logo",
    "description",
    "url",
    "privacyPolicyUrl",
    "services",
    "targetUrl",
    "info",
    "publickey",
    "dataFormat",
    "fields",
    "previousKeySha256",
    "rotation",
];
const SERVICE_KEYS: [&str; 7] = [
    "name",
    "description",
    "fields",
    "image",
    "logo",
    "activationUrl",
    "privacyPolicyUrl",
];

/// Reads the text of a descriptor.
///
/// # Errors
/// [`DescriptorError`] with the path of the first value that is wrong.
pub fn read(text: &str) -> Result<(Descriptor, Vec<Note>), DescriptorError> {
    // A text that was pasted may have lost its last line end, which a key in a block needs.
    let document = yaml::read(&format!("{text}\n")).map_err(|error| DescriptorError::new("", error))?;
    if document.has_tag {
        return Err(DescriptorError::new("", Problem::Unusual));
    }
    let mut reader = Reader::new();
    let root = Value::root(&document.root);
    let descriptor = reader.descriptor(&root)?;
    Ok((descriptor, reader.notes))
}

impl Reader {
    fn descriptor(&mut self, root: &Value<'_>) -> Result<Descriptor, DescriptorError> {
        let root = root.mapping()?;
        self.version(&root.needed("intercoopVersion")?)?;
        if let Some(format) = root.optional("dataFormat")
            && format.text(value::LINE)? != "yaml"
        {
            return Err(format.error(Problem::DataFormat));
        }
        let descriptor = Descriptor {
            peer_id: root.needed("peerid")?.id()?,
            peer_version: self.wanted(&root, "peerVersion", |_, value| value.number())?,
            name: root.needed("name")?.text(value::LINE)?,
            logo: self.wanted(&root, "logo", |_, value| value.link())?,
            description: self.wanted(&root, "description", |reader, value| {
                reader.texts(value, value::PARAGRAPH)
            })?,
            url: self.wanted(&root, "url", Self::links)?,
            privacy_policy: self.wanted(&root, "privacyPolicyUrl", Self::links)?,
            info: root
                .optional("info")
                .map(|value| self.texts(&value, value::PAGE))
                .transpose()?,
            services: self.services(root.optional("services"))?,
            fields: root.optional("fields").map(|value| value.fields()).transpose()?,
            target: root.optional("targetUrl").map(|value| value.base()).transpose()?,
            key: root.optional("publickey").map(|value| value.key()).transpose()?,
            previous_key: root
                .optional("previousKeySha256")
                .map(|value| value.fingerprint())
                .transpose()?,
        };
        if descriptor.target.is_none() && !descriptor.services.is_empty() {
            return Err(DescriptorError::new("targetUrl", Problem::Missing));
        }
        self.unknown(&root, &KEYS);
        Ok(descriptor)
    }

    /// The number 1.0 is the same version, only badly written.
    fn version(&mut self, value: &Value<'_>) -> Result<(), DescriptorError> {
        let scalar = value.node.scalar().filter(|scalar| scalar.text == VERSION);
        match scalar.map(|scalar| scalar.meaning) {
            Some(Meaning::Text) => {}
            Some(Meaning::Decimal) => self.notes.push(Note::UnquotedVersion),
            Some(Meaning::Null | Meaning::Flag(_) | Meaning::Whole(_) | Meaning::Date | Meaning::Bytes)
            | None => return Err(value.error(Problem::Version)),
        }
        Ok(())
    }

    fn texts(&mut self, value: &Value<'_>, max_chars: usize) -> Result<Translated<String>, DescriptorError> {
        self.translated(value, |value| value.text(max_chars))
    }

    fn links(&mut self, value: &Value<'_>) -> Result<Translated<Link>, DescriptorError> {
        self.translated(value, |value| value.link())
    }

    fn services(&mut self, value: Option<Value<'_>>) -> Result<Vec<Service>, DescriptorError> {
        let Some(value) = value else {
            return Ok(Vec::new());
        };
        let services = value.mapping()?;
        if services.entries().len() > MAX_SERVICES {
            return Err(value.error(Problem::TooMany));
        }
        services
            .entries()
            .iter()
            .map(|(id, value)| {
                if !is_id(id) {
                    return Err(value.error(Problem::Id));
                }
                self.service(id, value)
            })
            .collect()
    }

    fn service(&mut self, id: &str, value: &Value<'_>) -> Result<Service, DescriptorError> {
        let service = value.mapping()?;
        let image = service.optional("image").or_else(|| service.optional("logo"));
        let mut links = |name: &str| service.optional(name).map(|value| self.links(&value)).transpose();
        let (activation, privacy_policy) = (links("activationUrl")?, links("privacyPolicyUrl")?);
        let service_read = Service {
            id: id.to_owned(),
            name: self.texts(&service.needed("name")?, value::LINE)?,
            description: self.texts(&service.needed("description")?, value::PARAGRAPH)?,
            fields: service
                .optional("fields")
                .map(|value| value.fields())
                .transpose()?,
            image: image.map(|value| value.link()).transpose()?,
            activation,
            privacy_policy,
        };
        self.unknown(&service, &SERVICE_KEYS);
        Ok(service_read)
    }
}

impl Value<'_> {
    fn id(&self) -> Result<String, DescriptorError> {
        let id = self.text(value::LINE)?;
        if is_id(&id) {
            Ok(id)
        } else {
            Err(self.error(Problem::Id))
        }
    }

    fn number(&self) -> Result<i64, DescriptorError> {
        match self.node.scalar().map(|scalar| scalar.meaning) {
            Some(Meaning::Whole(number)) => i64::try_from(number).ok(),
            Some(
                Meaning::Text
                | Meaning::Null
                | Meaning::Flag(_)
                | Meaning::Decimal
                | Meaning::Date
                | Meaning::Bytes,
            )
            | None => None,
        }
        .ok_or_else(|| self.error(Problem::NotANumber))
    }

    fn link(&self) -> Result<Link, DescriptorError> {
        Link::parse(&self.text(value::PARAGRAPH)?).map_err(|error| self.error(error))
    }

    fn base(&self) -> Result<Link, DescriptorError> {
        let link = self.link()?;
        if link.is_base() {
            Ok(link)
        } else {
            Err(self.error(Problem::NotABase))
        }
    }

    fn key(&self) -> Result<PeerKey, DescriptorError> {
        PeerKey::from_pem(&self.text(value::PAGE)?).map_err(|error| self.error(error))
    }

    fn fingerprint(&self) -> Result<Fingerprint, DescriptorError> {
        // 64 digits without a letter are a number to YAML unless they are quoted.
        let digits = self.node.scalar().map_or("", |scalar| scalar.text.as_str());
        Fingerprint::from_hex(digits).ok_or_else(|| self.error(Problem::Fingerprint))
    }

    /// A field that stands twice is asked for once.
    fn fields(&self) -> Result<Vec<Field>, DescriptorError> {
        let Node::List(items) = self.node else {
            return Err(self.error(Problem::NotAList));
        };
        if items.len() > 2 * Field::ALL.len() {
            return Err(self.error(Problem::TooMany));
        }
        let mut fields = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let field = item
                .text()
                .and_then(Field::of_name)
                .ok_or_else(|| DescriptorError::new(&format!("{}[{index}]", self.path), Problem::Field))?;
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Ok(fields)
    }
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}
