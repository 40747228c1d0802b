//! The document of a preview: everything that a plan lets leave, as JSON, written piece by piece so that memory does not grow with it.

use serde::Serialize;
use serde_json::{Map, Value};
use vault_store::{RecordKind, Scope, Sha256, View, records, records::Step};

use super::{
    coarse,
    leaf::{Leaf, resource_of},
    narrowing::Narrowing,
    plan::Plan,
    v1::{person, profile, summary},
};
use crate::{VaultError, persona::PersonaField};

/// Takes the bytes of a document.
pub(super) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

/// Digest, size and the first bytes of a document.
pub(super) struct Frozen {
    hasher: sha2::Sha256,
    pub(super) bytes: u64,
    head: Vec<u8>,
    keep: usize,
}

impl Frozen {
    /// Keeps the first `keep` bytes.
    pub(super) fn keeping(keep: usize) -> Self {
        Self {
            hasher: <sha2::Sha256 as sha2::Digest>::new(),
            bytes: 0,
            head: Vec::new(),
            keep,
        }
    }

    /// The digest of all bytes, and the first of them as text.
    pub(super) fn finish(self) -> (Sha256, String) {
        let digest = Sha256(sha2::Digest::finalize(self.hasher).into());
        let text = match std::str::from_utf8(&self.head) {
            Ok(text) => text.to_owned(),
            // The cut may lie inside a character.
            Err(error) => {
                let whole = self.head.get(..error.valid_up_to()).unwrap_or_default();
                String::from_utf8_lossy(whole).into_owned()
            }
        };
        (digest, text)
    }
}

impl Sink for Frozen {
    fn put(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.hasher, bytes);
        self.bytes += bytes.len() as u64;
        let room = self.keep.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend(bytes.get(..room).unwrap_or_default());
    }
}

/// Writes the document. Each kind of scope has one member: `profile`, `external_ids`, `summary`, then the kinds of record, one record a line.
pub(super) fn write(
    view: &View<'_>,
    plan: &Plan,
    made_up: bool,
    sink: &mut impl Sink,
) -> Result<(), VaultError> {
    let mut members = Members { sink, first: true };
    members.sink.put(b"{");
    if made_up {
        members.value("made_up", &true)?;
    }
    let fields = profile_fields(plan);
    if !fields.is_empty() {
        members.value("profile", &profile::fields(view, &fields)?)?;
    }
    let ids = external_ids(view, plan)?;
    if !ids.is_empty() {
        members.value("external_ids", &ids)?;
    }
    if plan.parts().any(|leaf| leaf == Leaf::Summary) {
        let step = preview_step(&plan.narrowing);
        let periods = summary::periods(view, &plan.narrowing, step, None)?;
        members.name("summary")?;
        members.sink.put(b"{\"by\":");
        members.json(&summary::word(step))?;
        members.sink.put(b",\"periods\":");
        members.list(periods.iter())?;
        members.sink.put(b"}");
    }
    for kind in plan.kinds() {
        members.records(view, &plan.narrowing, kind)?;
    }
    members.sink.put(b"}\n");
    Ok(())
}

/// The fields of the persona that a plan opens.
pub(super) fn profile_fields(plan: &Plan) -> Vec<PersonaField> {
    let mut fields = Vec::new();
    for scope in &plan.leaves {
        if let Some(field) = field_of(scope) {
            fields.push(field);
        }
    }
    fields
}

/// The ids in other systems that a plan opens, by system.
pub(super) fn external_ids(view: &View<'_>, plan: &Plan) -> Result<Map<String, Value>, VaultError> {
    let leaves: Vec<Leaf> = plan.parts().collect();
    person::ids_for_any(view, &leaves, plan.app)
}

/// The step in which a preview shows sums: the one of the plan, else the finest.
pub(super) fn preview_step(narrowing: &Narrowing) -> Step {
    summary::step(narrowing, Step::Week)
}

fn field_of(scope: &Scope) -> Option<PersonaField> {
    if let Some(Leaf::Profile(field)) = Leaf::of(scope) {
        Some(field)
    } else {
        None
    }
}

struct Members<'s, S> {
    sink: &'s mut S,
    first: bool,
}

impl<S: Sink> Members<'_, S> {
    fn name(&mut self, name: &str) -> Result<(), VaultError> {
        if !self.first {
            self.sink.put(b",\n");
        }
        self.first = false;
        self.json(&name)?;
        self.sink.put(b":");
        Ok(())
    }

    fn value(&mut self, name: &str, value: &impl Serialize) -> Result<(), VaultError> {
        self.name(name)?;
        self.json(value)
    }

    fn records(
        &mut self,
        view: &View<'_>,
        narrowing: &Narrowing,
        kind: RecordKind,
    ) -> Result<(), VaultError> {
        let resource = resource_of(kind);
        self.name(resource.split('.').next().unwrap_or(resource))?;
        self.sink.put(b"[");
        let mut first = true;
        records::each(view, &narrowing.filter(vec![kind]), |record| {
            self.sink.put(if first { b"\n" } else { b",\n" });
            first = false;
            self.json(&coarse::one(view, record, narrowing)?)
        })?;
        self.sink.put(if first { b"]" } else { b"\n]" });
        Ok(())
    }

    fn list<'v, T: Serialize + 'v>(&mut self, values: impl Iterator<Item = &'v T>) -> Result<(), VaultError> {
        self.sink.put(b"[");
        let mut first = true;
        for value in values {
            self.sink.put(if first { b"\n" } else { b",\n" });
            first = false;
            self.json(value)?;
        }
        self.sink.put(if first { b"]" } else { b"\n]" });
        Ok(())
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), VaultError> {
        let bytes =
            serde_json::to_vec(value).map_err(|_| VaultError::Internal("a preview could not be written"))?;
        self.sink.put(&bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_cut_between_characters() {
        let mut frozen = Frozen::keeping(2);
        frozen.put("aé".as_bytes());
        assert_eq!(frozen.bytes, 3);
        let (digest, head) = frozen.finish();
        assert_eq!(head, "a");
        assert_eq!(digest, Sha256::of("aé".as_bytes()));
    }
}
