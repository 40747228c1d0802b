//! A target of Intercoop that misbehaves in thirty ways: what is made of each, and that nothing is sent a second time.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use intercoop::{
    answer::{Continuation, Fault, Outcome},
    errors::ErrorName,
    link::{Link, LinkError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use vault_connect::{Connect, Options, Patience, Sent};

const PACKAGE: &str = "intercoopVersion: '1.0'\npayload: YTogMQo=\nsignature: AA==\n";
const UUID: &str = "27dd626c-5133-4ece-bb79-c1b0405cb630";

/// What the target does with a package.
#[derive(Clone, Copy)]
enum Mood {
    /// Reads it and writes this: a head without its last line ends, and a body.
    Says(&'static str, &'static str),
    /// Reads it and says nothing any more.
    ReadAndSilent,
    /// Reads it and hangs up.
    ReadAndGone,
    /// Reads half of it and hangs up.
    HalfReadAndGone,
    /// Hangs up before a byte was read.
    GoneAtOnce,
    /// Reads it and writes what is no HTTP.
    Nonsense,
    /// Reads it and promises more than it gives.
    CutShort,
    /// Reads it, begins to answer, and says no more.
    StopsInTheMiddle,
    /// Reads it and answers without end.
    Endless,
    /// Reads it and answers one byte now and then, without end.
    Trickle,
}

/// What has to become of it.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Accepted(&'static str),
    AcceptedWithoutPlace,
    AcceptedWithBadPlace(LinkError),
    Refused(ErrorName),
    RefusedInOtherWords(&'static str),
    Failed(u16, &'static str),
    Unknown,
    NotSent,
}

const OK: &str = "200 OK\r\nContent-Type: application/yaml";
const PLACE: &str = "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: https://raig.example/c/1\n";

#[rustfmt::skip]
fn moods() -> Vec<(&'static str, Mood, End)> {
    use Mood::*;
    vec![
        ("good", Says(OK, PLACE), End::Accepted("https://raig.example/c/1")),
        ("a charset", Says("200 OK\r\nContent-Type: application/yaml; charset=utf-8", PLACE), End::Accepted("https://raig.example/c/1")),
        ("another case", Says("200 OK\r\nContent-Type: Application/X-YAML", PLACE), End::Accepted("https://raig.example/c/1")),
        ("a page", Says("200 OK\r\nContent-Type: text/html", "<h1>Welcome</h1>"), End::Failed(200, "not yaml")),
        ("no type", Says("200 OK", PLACE), End::Failed(200, "not yaml")),
        ("JSON", Says("200 OK\r\nContent-Type: application/json", "{\"uuid\":1}"), End::Failed(200, "not yaml")),
        ("a page called YAML", Says(OK, "<h1>Welcome: [</h1>"), End::Failed(200, "bad yaml")),
        ("a list", Says(OK, "- a\n- b\n"), End::Failed(200, "wrong content")),
        ("nothing", Says(OK, ""), End::Failed(200, "wrong content")),
        ("another mapping", Says(OK, "hello: world\n"), End::Failed(200, "wrong content")),
        ("bytes that are no text", Says(OK, "uuid: \u{0}\u{1}\n"), End::Failed(200, "bad yaml")),
        ("no place", Says(OK, "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\n"), End::AcceptedWithoutPlace),
        ("a script as place", Says(OK, "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: 'javascript:alert(1)'\n"), End::AcceptedWithBadPlace(LinkError::Scheme)),
        ("a file as place", Says(OK, "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: file:///etc/passwd\n"), End::AcceptedWithBadPlace(LinkError::Scheme)),
        ("a relative place", Says(OK, "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: /c/1\n"), End::AcceptedWithBadPlace(LinkError::NotAnAddress)),
        ("a place with a user", Says(OK, "uuid: 27dd626c-5133-4ece-bb79-c1b0405cb630\ncontinuationUrl: https://raig.example@other.example/\n"), End::AcceptedWithBadPlace(LinkError::User)),
        ("created", Says("201 Created\r\nContent-Type: application/yaml", PLACE), End::Failed(201, "no reason")),
        ("elsewhere", Says("302 Found\r\nLocation: /again\r\nContent-Type: application/yaml", PLACE), End::Failed(302, "redirect")),
        ("elsewhere with the body", Says("307 Temporary Redirect\r\nLocation: /again", ""), End::Failed(307, "redirect")),
        ("an unknown peer as documented", Says("403 Forbidden\r\nContent-Type: application/yaml", "error: BadPeer\nmessage: x\narguments:\n- vault\n"), End::Refused(ErrorName::BadPeer)),
        ("an unknown peer as shipped", Says("500 Internal Server Error\r\nContent-Type: text/html", "<h1>Internal Server Error</h1>"), End::Failed(500, "not yaml")),
        ("a signature", Says("403 Forbidden\r\nContent-Type: application/yaml", "error: BadSignature\nmessage: x\narguments: []\n"), End::Refused(ErrorName::BadSignature)),
        ("a field", Says("400 Bad Request\r\nContent-Type: application/yaml", "error: MissingField\nmessage: x\narguments:\n- nif\n"), End::Refused(ErrorName::MissingField)),
        ("a version", Says("400 Bad Request\r\nContent-Type: application/yaml", "error: WrongVersion\nmessage: x\narguments:\n- '2.0'\n- '1.0'\n"), End::Refused(ErrorName::WrongVersion)),
        ("an error of its own", Says("400 Bad Request\r\nContent-Type: application/yaml", "error: TooLate\nmessage: The campaign is over\narguments: []\n"), End::RefusedInOtherWords("The campaign is over")),
        ("an error without words", Says("400 Bad Request\r\nContent-Type: application/yaml", "status: bad\n"), End::Failed(400, "no reason")),
        ("asked to wait", Says("503 Service Unavailable\r\nRetry-After: 1", ""), End::Failed(503, "not yaml")),
        ("silent", ReadAndSilent, End::Unknown),
        ("gone", ReadAndGone, End::Unknown),
        ("gone in the middle", HalfReadAndGone, End::Unknown),
        ("gone at once", GoneAtOnce, End::Unknown),
        ("nonsense", Nonsense, End::Unknown),
        ("cut short", CutShort, End::Unknown),
        ("stopped in the middle", StopsInTheMiddle, End::Unknown),
        ("endless", Endless, End::Failed(200, "too large")),
        ("a trickle", Trickle, End::Unknown),
    ]
}

async fn serve(listener: TcpListener, mood: Mood, packages: Arc<AtomicUsize>) {
    while let Ok((socket, _)) = listener.accept().await {
        packages.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(act(socket, mood));
    }
}

/// The head, and as much of the body as the mood reads.
async fn read(socket: &mut TcpStream, bytes: usize) -> String {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= bytes
        {
            return head.to_owned();
        }
        let mut piece = [0; 64];
        match socket.read(&mut piece).await {
            Ok(0) | Err(_) => return text,
            Ok(read) => heard.extend_from_slice(&piece[..read]),
        }
    }
}

async fn act(mut socket: TcpStream, mood: Mood) -> Option<()> {
    let half = matches!(mood, Mood::HalfReadAndGone);
    if matches!(mood, Mood::GoneAtOnce) {
        return None;
    }
    let head = read(&mut socket, if half { PACKAGE.len() / 2 } else { PACKAGE.len() }).await;
    let lower = head.to_ascii_lowercase();
    assert!(head.starts_with("POST /x/activateService HTTP/1.1\r\n"), "{head}");
    assert!(lower.contains("content-type: application/yaml"), "{head}");
    assert!(
        lower.contains(&format!("content-length: {}", PACKAGE.len())),
        "{head}"
    );
    assert!(
        !lower.contains("cookie") && !lower.contains("transfer-encoding"),
        "{head}"
    );
    match mood {
        Mood::Says(head, body) => {
            let text = format!(
                "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(text.as_bytes()).await.ok()?;
        }
        Mood::ReadAndSilent => tokio::time::sleep(Duration::from_secs(20)).await,
        Mood::ReadAndGone | Mood::HalfReadAndGone | Mood::GoneAtOnce => {}
        Mood::Nonsense => socket.write_all(b"\x16\x03\x01 what?\r\n\r\n").await.ok()?,
        Mood::CutShort => {
            let text = format!("HTTP/1.1 {OK}\r\nContent-Length: 900\r\n\r\n{PLACE}");
            socket.write_all(text.as_bytes()).await.ok()?;
        }
        Mood::StopsInTheMiddle => {
            let text = format!("HTTP/1.1 {OK}\r\nContent-Length: 900\r\n\r\n{PLACE}");
            socket.write_all(text.as_bytes()).await.ok()?;
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        Mood::Endless => {
            let text = format!("HTTP/1.1 {OK}\r\nContent-Length: 999999999\r\n\r\nuuid: {UUID}\n#");
            socket.write_all(text.as_bytes()).await.ok()?;
            for _ in 0..10_000 {
                socket.write_all(&[b'x'; 1024]).await.ok()?;
            }
        }
        Mood::Trickle => {
            let text = format!("HTTP/1.1 {OK}\r\nContent-Length: 900\r\n\r\n");
            socket.write_all(text.as_bytes()).await.ok()?;
            for _ in 0..200 {
                socket.write_all(b"#").await.ok()?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    socket.shutdown().await.ok()
}

fn connect() -> Connect {
    Connect::with(Options {
        patience: Patience {
            connect: Duration::from_secs(3),
            whole: Duration::from_secs(8),
            silence: Duration::from_secs(4),
        },
        ..Options::default()
    })
    .unwrap()
}

fn end(sent: Sent) -> End {
    let outcome = match sent {
        Sent::Answered { outcome, .. } => outcome,
        Sent::Unknown => return End::Unknown,
        Sent::NotSent => return End::NotSent,
    };
    match outcome {
        Outcome::Accepted { continuation, .. } => match continuation {
            Continuation::Open(link) => End::Accepted(link.as_str().to_owned().leak()),
            Continuation::Unusable(error) => End::AcceptedWithBadPlace(error),
            Continuation::Absent => End::AcceptedWithoutPlace,
        },
        Outcome::Refused { error, .. } => match error.known() {
            Some(known) => End::Refused(known),
            None => End::RefusedInOtherWords(error.message().leak()),
        },
        Outcome::Failed { status, fault } => End::Failed(
            status,
            match fault {
                Fault::NotYaml { .. } => "not yaml",
                Fault::BadYaml => "bad yaml",
                Fault::WrongContent => "wrong content",
                Fault::NoReason => "no reason",
                Fault::Redirect => "redirect",
                Fault::TooLarge => "too large",
            },
        ),
    }
}

/// One mood: whether it ended as it has to, with one connection.
async fn one(connect: Connect, (name, mood, wanted): (&'static str, Mood, End)) -> (&'static str, bool) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/x/activateService", listener.local_addr().unwrap());
    let packages = Arc::new(AtomicUsize::new(0));
    let server = tokio::spawn(serve(listener, mood, Arc::clone(&packages)));
    let target = Link::parse(&address).unwrap();
    let ended = end(connect.send_package(&target, PACKAGE.to_owned()).await);
    // Time for a second try, if there were one.
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.abort();
    let seen = packages.load(Ordering::SeqCst);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{name}: {ended:?}, {seen} connection").unwrap();
    (name, ended == wanted && seen == 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_target_does_is_told_as_it_is_and_nothing_is_sent_twice() {
    let moods = moods();
    let all = moods.len();
    assert!(all >= 30);
    let connect = connect();
    let mut running = tokio::task::JoinSet::new();
    for mood in moods {
        running.spawn(one(connect.clone(), mood));
    }
    let ended = running.join_all().await;
    assert_eq!(ended.len(), all);
    for (name, is_right) in ended {
        assert!(is_right, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_sent_is_said_to_be_so() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let connect = connect();
    for address in [
        format!("http://127.0.0.1:{port}/activateService"),
        "http://raig.example/activateService".to_owned(),
        "http://10.0.0.1/activateService".to_owned(),
        "https://nobody.invalid/activateService".to_owned(),
    ] {
        let target = Link::parse(&address).unwrap();
        let sent = connect.send_package(&target, PACKAGE.to_owned()).await;
        assert_eq!(sent, Sent::NotSent, "{address}");
    }
}
