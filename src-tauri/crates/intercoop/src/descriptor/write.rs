//! Writes a descriptor, ours for instance, in the order of the schema.

use super::{Descriptor, Service, Translated};
use crate::envelope::VERSION;
use crate::field::Field;
use crate::link::Link;
use crate::payload::Key;
use crate::yaml::quoted;

/// The text of a descriptor. [`super::read`] reads the same out of it, and so does upstream.
pub fn write(descriptor: &Descriptor) -> String {
    let mut out = Lines::default();
    out.line(0, "intercoopVersion", &quoted(VERSION));
    if let Some(version) = descriptor.peer_version {
        out.line(0, "peerVersion", &version.to_string());
    }
    out.line(0, "peerid", &quoted(&descriptor.peer_id));
    out.line(0, "name", &quoted(&descriptor.name));
    out.link("logo", descriptor.logo.as_ref());
    out.texts(0, "description", descriptor.description.as_ref());
    out.links(0, "url", descriptor.url.as_ref());
    out.links(0, "privacyPolicyUrl", descriptor.privacy_policy.as_ref());
    out.texts(0, "info", descriptor.info.as_ref());
    out.services(&descriptor.services);
    out.link("targetUrl", descriptor.target.as_ref());
    out.line(0, "dataFormat", "yaml");
    out.fields(0, descriptor.fields.as_deref());
    if let Some(key) = &descriptor.key {
        out.line(0, "publickey", "|");
        key.to_pem().lines().for_each(|line| out.raw(1, line));
    }
    if let Some(fingerprint) = descriptor.previous_key {
        out.line(0, "previousKeySha256", &quoted(&fingerprint.to_string()));
    }
    out.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn raw(&mut self, depth: usize, text: &str) {
        (0..depth).for_each(|_| self.0.push_str("  "));
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn line(&mut self, depth: usize, key: &str, value: &str) {
        self.raw(depth, &format!("{key}: {value}"));
    }

    fn link(&mut self, key: &str, link: Option<&Link>) {
        if let Some(link) = link {
            self.line(0, key, &quoted(link.as_str()));
        }
    }

    fn texts(&mut self, depth: usize, key: &str, texts: Option<&Translated<String>>) {
        self.translated(depth, key, texts, String::as_str);
    }

    fn links(&mut self, depth: usize, key: &str, links: Option<&Translated<Link>>) {
        self.translated(depth, key, links, Link::as_str);
    }

    fn translated<T>(
        &mut self,
        depth: usize,
        key: &str,
        value: Option<&Translated<T>>,
        text: impl Fn(&T) -> &str,
    ) {
        match value {
            None => {}
            Some(Translated::Plain(value)) => self.line(depth, key, &quoted(text(value))),
            Some(Translated::ByLanguage(values)) => {
                self.raw(depth, &format!("{key}:"));
                for (code, value) in values {
                    // `no` is Norwegian here, and a truth value to YAML.
                    let code = if Key::new(code).is_ok() {
                        code.clone()
                    } else {
                        quoted(code)
                    };
                    self.line(depth + 1, &code, &quoted(text(value)));
                }
            }
        }
    }

    fn services(&mut self, services: &[Service]) {
        if services.is_empty() {
            return self.line(0, "services", "{}");
        }
        self.raw(0, "services:");
        for service in services {
            let id = if Key::new(&service.id).is_ok() {
                service.id.clone()
            } else {
                quoted(&service.id)
            };
            self.raw(1, &format!("{id}:"));
            self.texts(2, "name", Some(&service.name));
            self.texts(2, "description", Some(&service.description));
            self.fields(2, service.fields.as_deref());
            if let Some(image) = &service.image {
                self.line(2, "image", &quoted(image.as_str()));
            }
            self.links(2, "activationUrl", service.activation.as_ref());
            self.links(2, "privacyPolicyUrl", service.privacy_policy.as_ref());
        }
    }

    fn fields(&mut self, depth: usize, fields: Option<&[Field]>) {
        match fields {
            None => {}
            Some([]) => self.line(depth, "fields", "[]"),
            Some(fields) => {
                self.raw(depth, "fields:");
                for field in fields {
                    self.raw(depth, &format!("- {}", field.name()));
                }
            }
        }
    }
}
