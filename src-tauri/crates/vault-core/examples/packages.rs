//! Measures how many Intercoop packages are signed and opened: `cargo run --release --example packages -p vault-core`.
//!
//! The key has 3072 bits, as the one of every space; a package has the fields of an ordinary service.

use std::{
    error::Error,
    io::Write as _,
    time::{Duration, Instant},
};

use intercoop::{
    envelope::{self, Expectations, Sender},
    field::Field,
    key::PeerKey,
    payload::{self, PayloadFields, Value},
};
use time::OffsetDateTime;
use vault_crypto::Signer;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How long each is measured.
const LONG: Duration = Duration::from_secs(3);

fn main() -> Outcome<()> {
    let signer = Signer::generate()?;
    let key = PeerKey::from_pem(signer.public_key_pem())?;
    let fields = fields();
    let sign = || -> Outcome<String> {
        let text = payload::write(&fields);
        let signature = signer.sign_pkcs1v15_sha1(text.as_bytes())?;
        Ok(envelope::write(&text, &signature))
    };
    let package = sign()?;
    let expectations = Expectations {
        audience: "raig",
        now: OffsetDateTime::now_utc(),
    };
    let open = || -> Outcome<()> {
        let sender = Sender {
            key: key.clone(),
            needs_extras: false,
            needs_strong_signature: false,
        };
        let opened = envelope::open(package.as_bytes(), |_| Some(sender), &expectations);
        opened.map(drop).map_err(|error| error.message().into())
    };
    let signed = per_second(|| sign().map(drop))?;
    let opened = per_second(open)?;
    writeln!(std::io::stdout(), "signed {signed:.1}\nopened {opened:.1}")?;
    Ok(())
}

fn fields() -> PayloadFields {
    let mut fields = PayloadFields::new();
    for (field, text) in [
        (Field::OriginPeer, "qwertyuiopas"),
        (Field::Name, "Núñez Ferrer, Mariona"),
        (Field::Nif, "12345678Z"),
        (Field::Address, "C/ de l'Àngel, 3: 2n 1a"),
        (Field::City, "Barcelona"),
        (Field::PostalCode, "08001"),
        (Field::Country, "ES"),
        (Field::Lang, "ca"),
    ] {
        fields.set(field, Value::Text(text.to_owned()));
    }
    fields
}

fn per_second(mut one: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    let start = Instant::now();
    let mut times = 0_u32;
    while start.elapsed() < LONG {
        one()?;
        times += 1;
    }
    Ok(f64::from(times) / start.elapsed().as_secs_f64())
}
