//! A mail server as a process of its own: aiosmtpd, which `cargo xtask test` installs into the project's tools.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};

use super::{Home, Kept};

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/support/smtp.py");

/// What the server asks of who logs in.
pub(crate) const LOGIN: (&str, &str) = ("lucia", "word-for-programs");

/// How the server behaves.
#[derive(Clone, Copy)]
pub(crate) struct Smtp<'a> {
    /// `none`, `starttls` or `tls`.
    pub(crate) security: &'a str,
    /// The name in its certificate.
    pub(crate) name: &'a str,
    /// Whether it wants a login.
    pub(crate) login: bool,
    /// `ok`, `defer`, `refuse` or `hangup`.
    pub(crate) mode: &'a str,
}

impl Smtp<'static> {
    /// One that takes everything, without encryption.
    pub(crate) const OPEN: Self = Self {
        security: "none",
        name: "localhost",
        login: false,
        mode: "ok",
    };
}

/// It, running.
pub(crate) struct Mailbox {
    process: Kept,
    port: String,
}

impl Mailbox {
    /// Starts it. Its certificate authority is the file `ca.pem` of the home.
    pub(crate) fn start(home: &Home, how: Smtp<'_>) -> Self {
        let (certificate, key) = certificate(home, how.name);
        let (user, password) = if how.login { LOGIN } else { ("", "") };
        let options = json!({
            "security": how.security, "certificate": certificate, "key": key, "user": user, "password": password, "mode": how.mode,
        });
        let mut command = Command::new(python());
        command.arg(SERVER).arg(options.to_string()).stdin(Stdio::piped());
        let mut process = Kept::start(&mut command);
        let ready: Value = serde_json::from_str(&process.line()).unwrap();
        Self {
            process,
            port: ready["port"].to_string(),
        }
    }

    /// Sets the vault of the home up to use it.
    pub(crate) fn set_up(&self, home: &Home, how: Smtp<'_>) {
        for (key, value) in [
            ("mail.host", "localhost"),
            ("mail.port", &self.port),
            ("mail.security", how.security),
            ("mail.from", "Satchel <lucia@post.example>"),
            ("mail.ca_file", &home.text("ca.pem")),
        ] {
            home.ok(&["settings", "set", key, value]);
        }
        if how.login {
            home.ok(&["settings", "set", "mail.user", LOGIN.0]);
            let file = home.write("mail-password", LOGIN.1);
            home.ok(&["settings", "set", "mail.password", "--secret-file", &file]);
        }
    }

    /// The next mail that it took.
    pub(crate) fn next(&mut self) -> Mail {
        let mail: Value = serde_json::from_str(&self.process.line()).unwrap();
        Mail(mail)
    }
}

/// A mail as it arrived.
pub(crate) struct Mail(pub(crate) Value);

impl Mail {
    /// Its plain text, decoded.
    pub(crate) fn text(&self) -> String {
        let content = self.0["content"].as_str().unwrap().replace("\r\n", "\n");
        // Quoted-printable lines that go on, and the signs that are written as numbers.
        let joined = content.replace("=\n", "");
        joined.replace("=3D", "=")
    }

    /// What the link says.
    pub(crate) fn link(&self) -> String {
        let text = self.text();
        let at = text.find("prompt_id=").unwrap() + "prompt_id=".len();
        text[at..at + 36].to_owned()
    }

    /// The code.
    pub(crate) fn code(&self) -> String {
        let text = self.text();
        let is_code = |line: &&str| {
            line.len() == 9
                && line.split_once('-').is_some_and(|(first, second)| {
                    first.len() == 4
                        && second.len() == 4
                        && line
                            .chars()
                            .all(|sign| sign == '-' || sign.is_ascii_alphanumeric())
                })
        };
        text.lines().find(is_code).unwrap().to_owned()
    }
}

fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/python/bin/python");
    assert!(
        python.exists(),
        "aiosmtpd is missing: `cargo xtask test` installs it"
    );
    python
}

/// A certificate for a name, of an authority that is written beside it.
fn certificate(home: &Home, name: &str) -> (String, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    home.write("ca.pem", &authority.self_signed(&authority_key).unwrap().pem());
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (
        home.write("mail.pem", &certificate.pem()),
        home.write("mail.key", &key.serialize_pem()),
    )
}
