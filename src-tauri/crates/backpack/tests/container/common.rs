//! What the tests share: a source in memory, a stand-in for signatures, and hand-made archives.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{self, Write};
use std::ops::ControlFlow;

use age::secrecy::ExposeSecret;
use backpack::page::Page;
use backpack::{
    Contents, EntryPath, Fingerprint, Identities, Item, Keys, Limits, Locks, Marks, Packing, Passphrase,
    Progress, ReadError, Recipients, Report, Sha256, Signed, WorkFactor, Written, verify,
};
use secrecy::SecretString;
use tar::{EntryType, Header};
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";
pub(crate) const KEY: &str = "-----BEGIN PUBLIC KEY-----\ntest\n-----END PUBLIC KEY-----\n";
pub(crate) const CREATED: OffsetDateTime = datetime!(2026-11-22 10:00:00 UTC);

/// Entries in memory.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<String, Vec<u8>>);

impl Memory {
    pub(crate) fn sample() -> Self {
        let noise: Vec<u8> = noise(300_000).collect();
        let long = format!("platforms/{}/records.ndjson", "long".repeat(40));
        Self(BTreeMap::from([
            ("persona.json".to_owned(), br#"{"first_name":"Marta"}"#.to_vec()),
            (
                "platforms/demo/records.ndjson".to_owned(),
                b"{\"id\":1}\n".repeat(1000),
            ),
            ("platforms/demo/data.json".to_owned(), Vec::new()),
            (long, b"a long name".to_vec()),
            ("transfers/alquería.yaml".to_owned(), vec![7; 512]),
            (format!("raw/{}", Sha256::of(&noise)), noise),
        ]))
    }
}

impl Contents for Memory {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        let modified = datetime!(2026-11-20 18:00:00 +01:00);
        // Backwards, because a source owes no order.
        Ok(self
            .0
            .keys()
            .rev()
            .map(|path| Item {
                path: EntryPath::new(path).unwrap(),
                modified,
            })
            .collect())
    }

    fn write(&mut self, path: &EntryPath, out: &mut dyn Write) -> io::Result<()> {
        self.0[path.as_str()]
            .chunks(1000)
            .try_for_each(|part| out.write_all(part))
    }
}

/// Bytes that do not compress.
pub(crate) fn noise(count: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
    .take(count)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that packing asks for")]
pub(crate) fn sign(message: &[u8]) -> Result<Vec<u8>, Infallible> {
    Ok([b"signed:", &Sha256::of(message).as_bytes()[..]].concat())
}

pub(crate) fn check(signed: &Signed<'_>) -> Option<Fingerprint> {
    let fits = sign(signed.message).is_ok_and(|signature| signature == signed.signature);
    fits.then(|| Fingerprint(Sha256::of(signed.key.as_bytes()).to_string()))
}

pub(crate) fn passphrase() -> (Locks, Keys) {
    let secret = || SecretString::from(PASSPHRASE);
    let cheap = Passphrase::new(secret())
        .unwrap()
        .with_work(WorkFactor::new(4).unwrap());
    (Locks::Passphrase(cheap), Keys::Passphrase(secret()))
}

/// A fresh key: the lock, the key, and the text of its key file.
pub(crate) fn key() -> (Locks, Keys, String) {
    let identity = age::x25519::Identity::generate();
    let file = format!("# test key\n{}\n", identity.to_string().expose_secret());
    let locks = Locks::Recipients(Recipients::parse([identity.to_public().to_string()]).unwrap());
    let keys = Keys::Identities(Identities::parse(&file).unwrap());
    (locks, keys, file)
}

pub(crate) fn packing<'p>(locks: &'p Locks, page: &'p Page) -> Packing<'p> {
    Packing {
        locks,
        space: "Personal",
        software: "Satchel 0.0.0",
        created: CREATED,
        counts: BTreeMap::from([("work".to_owned(), 1000)]),
        marks: Marks::default(),
        signing_key: KEY,
        page,
    }
}

pub(crate) fn pack(contents: &mut impl Contents, locks: &Locks) -> (Vec<u8>, Written) {
    let mut out = Vec::new();
    let written = packing(locks, &Page::default())
        .write(contents, sign, &mut go_on, &mut out)
        .expect("packs");
    (out, written)
}

pub(crate) fn check_all(bytes: &[u8], keys: &Keys) -> Result<Report, ReadError> {
    verify(bytes, keys, &Limits::default(), check, &mut go_on)
}

pub(crate) fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Locks any bytes like the contents of a backpack.
pub(crate) fn seal(plain: &[u8], locks: &str) -> Vec<u8> {
    let recipient: age::x25519::Recipient = locks.parse().unwrap();
    age::encrypt(&recipient, plain).unwrap()
}

/// An archive made by hand, so that it can break every rule.
#[derive(Default)]
pub(crate) struct HandMade(pub(crate) Vec<u8>);

impl HandMade {
    pub(crate) fn file(self, path: &str, body: &[u8]) -> Self {
        self.entry(EntryType::Regular, path.as_bytes(), body)
    }

    pub(crate) fn entry(mut self, kind: EntryType, path: &[u8], body: &[u8]) -> Self {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path);
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(body.len() as u64);
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.body(body)
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.0.extend_from_slice(body);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }
}

/// A manifest over these entries, which need not be what the archive holds.
pub(crate) fn manifest(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<_> = entries
        .iter()
        .map(
            |(path, body)| serde_json::json!({"path": path, "bytes": body.len(), "sha256": Sha256::of(body)}),
        )
        .collect();
    let manifest = serde_json::json!({
        "format": "satchel-backpack", "version": 1, "created": "2026-11-22T10:00:00Z", "space": "Personal",
        "software": "other", "counts": {}, "entries": entries, "signing_key": KEY,
    });
    serde_json::to_vec(&manifest).unwrap()
}

/// Manifest and signature in front of whatever comes.
pub(crate) fn begin(manifest: &[u8]) -> HandMade {
    HandMade::default()
        .file("backpack.json", manifest)
        .file("backpack.sig", &sign(manifest).unwrap())
}
