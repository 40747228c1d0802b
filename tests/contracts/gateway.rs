//! The gateway over real sockets: what every answer carries, whatever was asked and however it ends.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use vault_core::{CreateOptions, LockReason, LockedVault, VaultHandle, apps::NewApp, clock::SystemClock};
use vault_crypto::{KdfParams, Passphrase};
use vault_gateway::{Gateway, included};
use vault_store::apps::AppKind;

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
const OWN_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PACKAGE_POLICY: &str = "default-src 'self' data: blob:; script-src 'self'; connect-src 'none'; form-action 'none'; frame-src 'none'; \
                              worker-src 'none'; base-uri 'none'; frame-ancestors tauri://localhost";

/// A gateway with a vault behind it and an app in the vault.
struct World {
    runtime: Runtime,
    gateway: Gateway,
    vault: VaultHandle,
    installation: String,
    _folder: TempDir,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: Vec<u8>,
}

#[test]
fn a_locked_vault_answers_everything_alike() {
    let world = World::new();
    world.gateway.serve(None);
    let own = world.host();
    let package = world.package_host();
    let mut bodies = Vec::new();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/openplatform.js"),
        ("GET", "/v1/records"),
        ("POST", "/v1/records"),
        ("OPTIONS", "/v1/records"),
        ("PUT", "/x"),
    ] {
        for host in [&own, &package] {
            let answer = world.ask(
                method,
                path,
                host,
                &[("Origin", "null"), ("Authorization", "Bearer x")],
            );
            answer.carries_what_every_answer_carries(503, OWN_POLICY);
            assert!(answer.one("retry-after").parse::<u32>().unwrap() > 0);
            bodies.push(answer.body);
        }
    }
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "nothing can be learnt from it"
    );
}

#[test]
fn any_other_host_is_misdirected_before_anything_else() {
    let world = World::new();
    let port = world.gateway.port();
    for open in [true, false] {
        if !open {
            world.gateway.serve(None);
        }
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            format!("127.0.0.1:{}", port - 1),
            "127.0.0.1".into(),
            format!("localhost.evil.example:{port}"),
            format!("[::1]:{port}"),
            format!("a.b.localhost:{port}"),
            format!("0.0.0.0:{port}"),
        ] {
            for path in ["/openplatform.js", "/v1/records", "/nothing"] {
                let answer = world.ask("GET", path, &host, &[]);
                answer.carries_what_every_answer_carries(421, OWN_POLICY);
                assert!(
                    !answer.headers.contains_key("access-control-allow-origin"),
                    "{host}"
                );
            }
        }
    }
}

#[test]
fn client_libraries_may_be_read_by_any_page() {
    let world = World::new();
    for path in [
        "/openplatform.js",
        "/openplatform.min.js",
        "/openplatform.min@3.js",
        "/openplatform.min@4.js",
    ] {
        for host in [
            world.host(),
            world.package_host(),
            format!("localhost:{}", world.gateway.port()),
        ] {
            let answer = world.ask("GET", path, &host, &[("Origin", "https://any.example")]);
            answer.carries_what_every_answer_carries(200, OWN_POLICY);
            assert_eq!(answer.one("access-control-allow-origin"), "*");
            assert!(
                answer.one("content-type").starts_with("text/javascript"),
                "{path}"
            );
            assert!(!answer.body.is_empty());
        }
        let head = world.ask("HEAD", path, &world.host(), &[]);
        head.carries_what_every_answer_carries(200, OWN_POLICY);
        assert!(head.body.is_empty());
    }
}

/// A request and the status of its answer: method, path, host, further headers.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], u16);

#[test]
fn failures_carry_the_same_headers() {
    let world = World::new();
    let (own, package) = (world.host(), world.package_host());
    let base = world.gateway.base();
    let cases: [Case<'_>; 23] = [
        ("GET", "/", &own, &[], 404),
        ("GET", "/nothing", &own, &[], 404),
        ("GET", "/v1", &own, &[], 404),
        ("GET", "/%00", &own, &[], 404),
        ("GET", "/../etc/passwd", &own, &[], 404),
        ("POST", "/openplatform.js", &own, &[], 405),
        ("DELETE", "/v1/records", &own, &[], 405),
        ("PUT", "/verify/", &own, &[], 405),
        ("POST", "/v1/openapi.json", &own, &[], 405),
        ("GET", "/v1/records", &own, &[], 401),
        (
            "GET",
            "/v1/records",
            &own,
            &[("Authorization", "Bearer no-token-of-ours")],
            401,
        ),
        ("GET", "/v1/nothing", &own, &[], 404),
        ("GET", "/verify/?accesstoken=nobody", &own, &[], 401),
        ("GET", "/v1/records", &own, &[("Origin", "null")], 403),
        (
            "GET",
            "/v1/records",
            &own,
            &[("Origin", "https://evil.example")],
            403,
        ),
        (
            "OPTIONS",
            "/v1/records",
            &own,
            &[
                ("Origin", "https://evil.example"),
                ("Access-Control-Request-Method", "GET"),
            ],
            403,
        ),
        ("GET", "/v1/records", &package, &[], 404),
        ("POST", "/gigdata/api/User", &own, &[], 405),
        ("GET", "/gigdata/token", &own, &[], 405),
        ("POST", "/gigdata/token", &own, &[], 400),
        ("GET", "/gigdata/api/App/admin", &own, &[], 404),
        (
            "GET",
            "/gigdata/api/User",
            &own,
            &[("Origin", "https://evil.example")],
            403,
        ),
        ("GET", "/gigdata/login", &package, &[], 404),
    ];
    for (method, path, host, headers, status) in cases {
        let answer = world.ask(method, path, host, headers);
        assert_eq!(answer.status, status, "{method} {path} {headers:?}");
        answer.carries_what_every_answer_carries(status, OWN_POLICY);
        assert!(
            !answer.headers.contains_key("access-control-allow-origin"),
            "{method} {path}"
        );
        assert!(
            !answer.body.is_empty() && answer.one("content-type") == "application/json",
            "{method} {path}"
        );
    }
    // Pages for the person's browser, and the one answer without words (spec 2.1).
    for (path, status) in [
        ("/gigdata/login", 400),
        ("/gigdata/connect/initiate-connection", 400),
        ("/gigdata/api/User", 401),
        ("/gigdata/api/Platform/x", 400),
        ("/gigdata/api/Platform/available", 200),
    ] {
        world
            .ask("GET", path, &own, &[])
            .carries_what_every_answer_carries(status, OWN_POLICY);
    }
    // A page of ours may ask; it still needs a token.
    world
        .ask("GET", "/v1/records", &own, &[("Origin", &base)])
        .carries_what_every_answer_carries(401, OWN_POLICY);
    let preflight = world.ask(
        "OPTIONS",
        "/v1/records",
        &own,
        &[("Origin", &base), ("Access-Control-Request-Method", "GET")],
    );
    preflight.carries_what_every_answer_carries(204, OWN_POLICY);
    assert_eq!(preflight.one("access-control-allow-origin"), base);
}

#[test]
fn a_body_above_its_limit_is_refused() {
    let world = World::new();
    let long = vec![b'x'; 64 * 1024 + 1];
    let answer = world.ask_with("GET", "/v1/records", &world.host(), &[], &long);
    answer.carries_what_every_answer_carries(413, OWN_POLICY);
}

#[test]
fn only_failures_are_limited_and_the_word_to_wait_carries_the_headers() {
    let world = World::new();
    let mut waits = 0;
    for _ in 0..70 {
        let answer = world.ask("GET", "/v1/records", &world.host(), &[]);
        if answer.status == 429 {
            answer.carries_what_every_answer_carries(429, OWN_POLICY);
            assert!(answer.one("retry-after").parse::<u32>().unwrap() > 0);
            waits += 1;
        }
    }
    assert_eq!(waits, 10, "sixty failures a minute are answered");
    world
        .ask("GET", "/openplatform.js", &world.host(), &[])
        .carries_what_every_answer_carries(200, OWN_POLICY);
}

#[test]
fn a_packaged_app_has_its_files_and_nothing_else() {
    let world = World::new();
    let host = world.package_host();
    for file in included::APPS[0].files {
        let answer = world.ask("GET", file.path, &host, &[]);
        answer.carries_what_every_answer_carries(200, PACKAGE_POLICY);
        assert_eq!(
            (answer.one("content-type"), answer.body.as_slice()),
            (file.media_type, file.bytes),
            "{}",
            file.path
        );
    }
    world
        .ask("GET", "/", &host, &[])
        .carries_what_every_answer_carries(200, PACKAGE_POLICY);
    for path in [
        "/v1/records",
        "/verify/",
        "/nothing",
        "/index.html/",
        "/../index.html",
        "//index.html",
    ] {
        world
            .ask("GET", path, &host, &[])
            .carries_what_every_answer_carries(404, OWN_POLICY);
    }
    let other = format!(
        "0123456789abcdef0123456789abcdef.localhost:{}",
        world.gateway.port()
    );
    world
        .ask("GET", "/index.html", &other, &[])
        .carries_what_every_answer_carries(404, OWN_POLICY);
    world
        .ask("GET", "/index.html", &world.host(), &[])
        .carries_what_every_answer_carries(404, OWN_POLICY);
}

#[test]
fn it_listens_on_the_loopback_address_and_on_no_other() {
    let world = World::new();
    let port = format!(":{:04X}", world.gateway.port());
    let listening = |table: &str| -> Vec<String> {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        let lines = text
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        // The fourth column is the state: 0A listens.
        lines
            .filter(|columns| columns[3] == "0A" && columns[1].ends_with(&port))
            .map(|columns| columns[1].to_owned())
            .collect()
    };
    assert_eq!(listening("/proc/net/tcp"), [format!("0100007F{port}")]);
    assert_eq!(listening("/proc/net/tcp6"), Vec::<String>::new());
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let cheap = CreateOptions {
            kdf: KdfParams {
                m_kib: 64,
                t: 1,
                p: 1,
            },
            ..CreateOptions::default()
        };
        let passphrase = Passphrase::new(PASSPHRASE.to_owned());
        let (_, vault, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase,
            &cheap,
            Arc::new(SystemClock),
        )
        .unwrap();
        let (gateway, installation) = runtime.block_on(async {
            let manifest = String::from_utf8(included::APPS[0].manifest().to_vec()).unwrap();
            let app = NewApp {
                manifest,
                url: None,
                kind: AppKind::Included,
                key_pin: String::new(),
            };
            let id = vault.first_space().await.unwrap().admit_app(app).await.unwrap();
            let gateway = Gateway::start(0).await.unwrap();
            gateway.serve(Some(vault.clone()));
            (gateway, id.to_string().replace('-', ""))
        });
        Self {
            runtime,
            gateway,
            vault,
            installation,
            _folder: folder,
        }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.gateway.port())
    }

    fn package_host(&self) -> String {
        format!("{}.localhost:{}", self.installation, self.gateway.port())
    }

    fn ask(&self, method: &str, path: &str, host: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_with(method, path, host, headers, b"")
    }

    /// One request over a socket of its own, written by hand: no library tidies up the path or the host.
    fn ask_with(
        &self,
        method: &str,
        path: &str,
        host: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut socket = TcpStream::connect(("127.0.0.1", self.gateway.port())).unwrap();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        headers
            .iter()
            .for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        socket.write_all(format!("{request}\r\n").as_bytes()).unwrap();
        // The other side may answer, and close, before it has taken all of it.
        let _ = socket.write_all(body);
        let mut bytes = Vec::new();
        let _ = socket.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.runtime.block_on(self.vault.lock(LockReason::You));
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("an answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::<String, Vec<String>>::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers
                .entry(name.to_lowercase())
                .or_default()
                .push(value.to_owned());
        }
        Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The one value of a header.
    #[track_caller]
    fn one(&self, name: &str) -> &str {
        match self.headers.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("{name}: {other:?} in {self:?}"),
        }
    }

    #[track_caller]
    fn carries_what_every_answer_carries(&self, status: u16, policy: &str) {
        assert_eq!(self.status, status, "{:?}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.one("cache-control"), "no-store");
        assert_eq!(self.one("x-content-type-options"), "nosniff");
        assert_eq!(self.one("referrer-policy"), "no-referrer");
        assert_eq!(self.one("content-security-policy"), policy);
        for told in [
            "server",
            "x-powered-by",
            "set-cookie",
            "access-control-allow-credentials",
        ] {
            assert!(!self.headers.contains_key(told), "{told}");
        }
    }
}
