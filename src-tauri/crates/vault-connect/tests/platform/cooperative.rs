//! A cooperative whose server misbehaves in thirty ways: each leaves the transfer in the state that is true, and is asked once.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};
use vault_connect::{Connect, Patience, Transfers};
use vault_core::{
    CreateOptions, LockedVault, SpaceHandle,
    clock::SystemClock,
    cooperatives::{NewPeer, PeerSource, PostEnd, PostFault, TransferId, TransferState},
    persona::PersonaField,
};
use vault_crypto::{KdfParams, Passphrase};

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
const THEIRS: &str = include_str!("../../../vault-crypto/tests/fixtures/rsa3072.pub.pem");
const ACCEPTED: &str =
    "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: https://go.example/c/1\n";

/// What the server does after it has read a request.
#[derive(Clone)]
enum Act {
    /// Writes these bytes and closes.
    Write(Vec<u8>),
    /// Writes these and then nothing, without closing.
    Stall(Vec<u8>),
    /// Writes these, and then more of the same for as long as anybody reads.
    Endless(Vec<u8>),
    /// Closes without reading the body.
    CloseEarly,
}

fn answer(status: &str, headers: &str, body: &str) -> Act {
    Act::Write(raw(status, headers, body).into_bytes())
}

fn raw(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn yaml(status: &str, body: &str) -> Act {
    answer(status, "Content-Type: application/yaml\r\n", body)
}

fn refusal(name: &str, argument: &str) -> String {
    format!("error: {name}\nmessage: No\narguments:\n- {argument}\n")
}

/// A server on loopback that does what it is told, and counts what it is asked.
struct Server {
    port: u16,
    act: Arc<Mutex<Act>>,
    asked: Arc<AtomicUsize>,
    seen: Arc<Mutex<String>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            act: Arc::new(Mutex::new(Act::CloseEarly)),
            asked: Arc::default(),
            seen: Arc::default(),
        };
        let (act, asked, seen) = (
            Arc::clone(&server.act),
            Arc::clone(&server.asked),
            Arc::clone(&server.seen),
        );
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let (act, seen) = (act.lock().unwrap().clone(), Arc::clone(&seen));
                tokio::spawn(serve(socket, act, seen));
            }
        });
        server
    }
}

async fn serve(mut socket: TcpStream, act: Act, seen: Arc<Mutex<String>>) {
    let request = read(&mut socket, !matches!(act, Act::CloseEarly)).await;
    *seen.lock().unwrap() = request;
    match act {
        Act::CloseEarly => {}
        Act::Write(bytes) => {
            let _ = socket.write_all(&bytes).await;
            let _ = socket.shutdown().await;
        }
        Act::Stall(bytes) => {
            let _ = socket.write_all(&bytes).await;
            // Until the other side gives up.
            let _ = socket.read(&mut [0; 1]).await;
        }
        Act::Endless(bytes) => while socket.write_all(&bytes).await.is_ok() {},
    }
}

async fn read(socket: &mut TcpStream, with_body: bool) -> String {
    let mut got = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&got).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if !with_body || body.len() >= length {
                return text;
            }
        }
        match socket.read(&mut part).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => got.extend_from_slice(&part[..count]),
        }
    }
}

async fn vault(folder: &TempDir, target: &str) -> SpaceHandle {
    let options = CreateOptions {
        kdf: KdfParams {
            m_kib: 64,
            t: 1,
            p: 1,
        },
        ..CreateOptions::default()
    };
    let (_, vault, _) = LockedVault::create(
        &folder.path().join("Test.satchel"),
        &Passphrase::new(PASSPHRASE.into()),
        &options,
        Arc::new(SystemClock),
    )
    .unwrap();
    let space = vault.first_space().await.unwrap();
    let pem: String = THEIRS.lines().map(|line| format!("  {line}\n")).collect();
    let descriptor = format!(
        "intercoopVersion: '1.0'\npeerVersion: 1\npeerid: llumverda\nname: Llum Verda SCCL\n\
         services:\n  contract:\n    name: Contrato\n    description: Cambia\n    fields:\n    - nif\n\
         targetUrl: {target}\npublickey: |\n{pem}"
    );
    let new = NewPeer {
        descriptor,
        came: PeerSource::Text,
        address: String::new(),
        logo: None,
        compared: true,
    };
    space.add_peer(new).await.unwrap();
    space.set_persona(PersonaField::TaxId, "12345678Z").await.unwrap();
    space
}

async fn sign(space: &SpaceHandle) -> vault_core::cooperatives::Outbound {
    let draft = space.prepare_transfer("llumverda", "contract").await.unwrap();
    let frozen = space.freeze_transfer(draft.id, &[]).await.unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.into());
    space
        .sign_transfer(draft.id, frozen.sha256.unwrap(), passphrase)
        .await
        .unwrap()
}

fn impatient() -> Transfers {
    Transfers::with(Patience {
        whole: Duration::from_millis(700),
        ..Patience::default()
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_other_side_does_the_state_is_true_and_nothing_is_sent_twice() {
    use TransferState::{Accepted, Refused, Unknown};
    let html = "Content-Type: text/html\r\n";
    let go =
        |address: &str| format!("uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: '{address}'\n");
    let long = "x".repeat(70_000);
    let nested = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    let cases: Vec<(Act, TransferState, &str)> = vec![
        (yaml("200 OK", ACCEPTED), Accepted, ""),
        (
            answer(
                "200 OK",
                "Content-Type: application/yaml; charset=utf-8\r\n",
                ACCEPTED,
            ),
            Accepted,
            "",
        ),
        (yaml("200 OK", &go("javascript:alert(1)")), Accepted, ""),
        (yaml("200 OK", &go("file:///etc/passwd")), Accepted, ""),
        (yaml("200 OK", &go("https://me:word@go.example/")), Accepted, ""),
        (answer("200 OK", html, "<h1>Welcome</h1>"), Unknown, "not_yaml"),
        (answer("200 OK", html, ACCEPTED), Unknown, "not_yaml"),
        (answer("200 OK", "", ACCEPTED), Unknown, "not_yaml"),
        (
            answer("200 OK", "Content-Type: application/json\r\n", "{}"),
            Unknown,
            "not_yaml",
        ),
        (yaml("200 OK", ""), Unknown, "wrong_content"),
        (yaml("200 OK", "- a\n- b\n"), Unknown, "wrong_content"),
        (yaml("200 OK", "a: [\n"), Unknown, "bad_yaml"),
        (yaml("200 OK", &nested), Unknown, "bad_yaml"),
        (yaml("200 OK", &long), Unknown, "too_large"),
        (yaml("200 OK", "status: fine\n"), Unknown, "wrong_content"),
        (yaml("201 Created", ACCEPTED), Unknown, "no_reason"),
        (yaml("204 No Content", ""), Unknown, "wrong_content"),
        (
            answer("302 Found", "Location: https://go.example/\r\n", ""),
            Unknown,
            "redirect",
        ),
        (
            answer("307 Temporary Redirect", "Location: /activateService\r\n", ""),
            Unknown,
            "redirect",
        ),
        (
            yaml("403 Forbidden", &refusal("BadPeer", "x")),
            Refused,
            "BadPeer",
        ),
        (
            yaml(
                "403 Forbidden",
                "error: BadSignature\nmessage: No\narguments: []\n",
            ),
            Refused,
            "BadSignature",
        ),
        (
            yaml("400 Bad Request", &refusal("MissingField", "name")),
            Refused,
            "MissingField",
        ),
        (
            yaml(
                "400 Bad Request",
                "error: WrongVersion\nmessage: No\narguments:\n- '2.0'\n- '1.0'\n",
            ),
            Refused,
            "WrongVersion",
        ),
        (yaml("418 Teapot", &refusal("Tea", "x")), Refused, "other"),
        (yaml("400 Bad Request", "message: No\n"), Unknown, "no_reason"),
        (
            answer("500 Internal Server Error", html, "<h1>Error</h1>"),
            Unknown,
            "perhaps_unknown_peer",
        ),
        (
            answer("502 Bad Gateway", html, "<h1>Error</h1>"),
            Unknown,
            "not_yaml",
        ),
        (Act::Write(Vec::new()), Unknown, "broken"),
        (Act::Write(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), Unknown, "broken"),
        (
            Act::Write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: 900\r\n\r\nuuid: 1"
                    .to_vec(),
            ),
            Unknown,
            "broken",
        ),
        (Act::Stall(Vec::new()), Unknown, "silent"),
        (
            Act::Stall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: 900\r\n\r\nuuid: 1"
                    .to_vec(),
            ),
            Unknown,
            "silent",
        ),
        (
            Act::Endless(
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: 9000000\r\n\r\n{}",
                    "a: b\n".repeat(1000)
                )
                .into_bytes(),
            ),
            Unknown,
            "too_large",
        ),
        (Act::CloseEarly, Unknown, "broken"),
    ];
    assert!(cases.len() >= 30);
    let (folder, server) = (TempDir::new().unwrap(), Server::start().await);
    let space = vault(&folder, &format!("http://127.0.0.1:{}/api/", server.port)).await;
    for (number, (act, state, fault)) in cases.into_iter().enumerate() {
        *server.act.lock().unwrap() = act;
        server.asked.store(0, Ordering::SeqCst);
        let outbound = sign(&space).await;
        let id = outbound.id;
        let ended = impatient().send(&space, outbound.clone()).await.unwrap();
        let kept = space.transfer(id).await.unwrap();
        assert_eq!((ended, kept.fault.as_str()), (state, fault), "case {number}");
        assert_eq!(server.asked.load(Ordering::SeqCst), 1, "case {number}");
        let refused = impatient().send(&space, outbound).await;
        assert!(refused.is_err(), "a second outcome is not kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_posted_is_the_envelope_and_nothing_else() {
    let server = Server::start().await;
    *server.act.lock().unwrap() = yaml("200 OK", ACCEPTED);
    let outbound = vault_core::cooperatives::Outbound {
        id: TransferId::new(),
        address: format!("http://127.0.0.1:{}/activateService", server.port),
        envelope: "intercoopVersion: '1.0'\npayload: b3\nsignature: c2ln\n".into(),
    };
    let end = impatient().post(&outbound).await;
    assert!(matches!(end, PostEnd::Answered { status: 200, .. }));
    let seen = server.seen.lock().unwrap().clone();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, outbound.envelope);
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /activateservice http/1.1"));
    assert!(head.contains("content-type: application/yaml"));
    assert!(head.contains(&format!("content-length: {}", outbound.envelope.len())));
    for never in [
        "transfer-encoding",
        "referer",
        "cookie",
        "authorization",
        "origin",
    ] {
        assert!(!head.contains(never), "{never}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_was_not_sent() {
    // A port that was free a moment ago: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let to = |address: &str| vault_core::cooperatives::Outbound {
        id: TransferId::new(),
        address: address.to_owned(),
        envelope: "x".into(),
    };
    let end = impatient().post(&to(&format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(end, PostEnd::NotSent(PostFault::Unreachable));
    for forbidden in [
        "http://llumverda.example/",
        "ftp://llumverda.example/",
        "not an address",
    ] {
        let end = impatient().post(&to(forbidden)).await;
        assert_eq!(end, PostEnd::NotSent(PostFault::Forbidden), "{forbidden}");
    }
    // A server without TLS where TLS is spoken: it proves nothing, and no byte of the package is seen.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let plain = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut seen = vec![0; 4096];
        let count = socket.read(&mut seen).await.unwrap();
        seen.truncate(count);
        socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        let _ = socket.read_to_end(&mut seen).await;
        seen
    });
    let canary = vault_core::cooperatives::Outbound {
        envelope: "Canaria7731".into(),
        ..to(&address)
    };
    let end = Transfers::new().unwrap().post(&canary).await;
    assert_eq!(end, PostEnd::NotSent(PostFault::Untrusted));
    let seen = plain.await.unwrap();
    assert!(!String::from_utf8_lossy(&seen).contains("Canaria7731"));
}

/// A server with a certificate that nobody vouches for; whatever it is told behind the handshake is counted in bytes.
async fn self_signed(told: &Arc<AtomicUsize>) -> u16 {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::clone(told);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(socket).await else {
                continue;
            };
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut part).await {
                told.fetch_add(count, Ordering::SeqCst);
            }
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    let told = Arc::default();
    let port = self_signed(&told).await;
    let folder = TempDir::new().unwrap();
    let space = vault(&folder, &format!("https://localhost:{port}/api")).await;
    let outbound = sign(&space).await;
    let id = outbound.id;
    let ended = Transfers::new().unwrap().send(&space, outbound).await.unwrap();
    let kept = space.transfer(id).await.unwrap();
    assert_eq!(
        (ended, kept.fault.as_str(), kept.answer_status),
        (TransferState::NotSent, "untrusted", None)
    );
    assert_eq!(told.load(Ordering::SeqCst), 0, "not even the head of the request");
}

#[tokio::test]
async fn a_descriptor_is_fetched_as_text_and_within_limits() {
    let server = Server::start().await;
    let url = || {
        format!("http://127.0.0.1:{}/peer.yaml", server.port)
            .parse()
            .unwrap()
    };
    let connect = Connect::new().unwrap();
    *server.act.lock().unwrap() = yaml("200 OK", "peerid: a\n");
    assert_eq!(connect.descriptor(url()).await.unwrap(), "peerid: a\n");
    for act in [
        yaml("200 OK", &"x".repeat(70_000)),
        answer("302 Found", "Location: https://a.example/\r\n", ""),
        Act::Write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\xff\xfe".to_vec()),
    ] {
        *server.act.lock().unwrap() = act;
        assert!(connect.descriptor(url()).await.is_err());
    }
    *server.act.lock().unwrap() = answer("200 OK", "", "<svg/>");
    let picture = format!("http://127.0.0.1:{}/logo", server.port);
    assert!(connect.logo(&picture).await.is_none());
    let pictures = || {
        vec![
            ("contract".to_owned(), picture.clone()),
            ("other".to_owned(), "x".to_owned()),
        ]
    };
    assert!(connect.service_pictures(pictures()).await.is_empty());
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(300, 200)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let bytes = bytes.into_inner();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    *server.act.lock().unwrap() = Act::Write([head.as_bytes(), &bytes].concat());
    let had = connect.service_pictures(pictures()).await;
    let [(service, made)] = had.as_slice() else {
        panic!("one picture")
    };
    assert_eq!(service, "contract");
    let made = image::load_from_memory(made).unwrap();
    assert_eq!((made.width(), made.height()), (128, 85));
}
