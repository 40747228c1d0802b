//! Measures how many tokens are minted and checked: `cargo run --release --example tokens -p rokwire`.
//!
//! The RSA key has 3072 bits, as the issuer key of every vault; a token is the one that a consumer gets.

use std::{
    error::Error,
    io::Write as _,
    time::{Duration, Instant},
};

use rokwire::{
    key::{Alg, PubKey},
    scope::Scopes,
    token::{Claims, Holder, Issuer, Kind, Unsigned},
};
use time::OffsetDateTime;
use vault_crypto::{EcSigner, Signer, SignerError};

type Outcome<T> = Result<T, Box<dyn Error>>;

const HOST: &str = "http://127.0.0.1:20001/core";
/// How long each is measured.
const LONG: Duration = Duration::from_secs(3);

fn main() -> Outcome<()> {
    let (rsa, ec) = (Signer::generate()?, EcSigner::generate()?);
    measure(Alg::Rs256, rsa.public_key_pem(), |bytes| {
        rsa.sign_pkcs1v15_sha256(bytes)
    })?;
    measure(Alg::Ps256, rsa.public_key_pem(), |bytes| {
        rsa.sign_pss_sha256(bytes)
    })?;
    measure(Alg::Es256, ec.public_key_pem(), |bytes| ec.sign(bytes))
}

fn measure(alg: Alg, pem: &str, sign: impl Fn(&[u8]) -> Result<Vec<u8>, SignerError>) -> Outcome<()> {
    let keys = [PubKey::from_pem(pem, alg)?];
    let [key] = &keys;
    let mint = || -> Outcome<String> {
        let claims = Claims::new(
            HOST,
            "0b9f2c5e-2222-4222-8333-444455556666",
            holder(),
            kind()?,
            OffsetDateTime::now_utc(),
            None,
        )?;
        let unsigned = Unsigned::new(&claims, key);
        let signature = sign(unsigned.signing_input())?;
        Ok(unsigned.signed(&signature)?.expose().to_owned())
    };
    let token = mint()?;
    let issuer = Issuer {
        host: HOST,
        keys: &keys,
    };
    let check = || -> Outcome<()> {
        let signed = issuer.read(&token, OffsetDateTime::now_utc())?;
        signed.for_audience("steps-insight")?;
        Ok(())
    };
    let minted = per_second(|| mint().map(drop))?;
    let checked = per_second(check)?;
    let mut out = std::io::stdout();
    writeln!(out, "{alg} minted {minted:.1}\n{alg} checked {checked:.1}")?;
    Ok(())
}

fn holder() -> Holder {
    Holder {
        subject: "0b9f2c5e-1111-4222-8333-444455556666".into(),
        space: "personal".into(),
        app: "steps".into(),
        session: "9f3e0000-1111-4222-8333-444455556666".into(),
    }
}

fn kind() -> Outcome<Kind> {
    Ok(Kind::Scoped {
        audience: "steps-insight".parse()?,
        scopes: Scopes::from_claim("vault:health.steps:get vault:profile.first_name:get"),
        authenticated: false,
    })
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
