//! An app's own server on this computer: it keeps what it is sent, and answers as it is told.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What came in.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

pub(super) struct Receiver {
    pub(super) port: u16,
    status: Arc<AtomicU16>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (status, received) = (Arc::new(AtomicU16::new(200)), Arc::default());
        let (answers, kept) = (Arc::clone(&status), Arc::clone(&received));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (status, kept) = (answers.load(Ordering::SeqCst), Arc::clone(&kept));
                tokio::spawn(serve(socket, status, kept));
            }
        });
        Self {
            port,
            status,
            received,
        }
    }

    pub(super) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(super) fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits for a message that fits, and takes all that came up to it.
    pub(super) async fn next(&self, fits: impl Fn(&Received) -> bool) -> Received {
        for _ in 0..1500 {
            {
                let mut all = self.received.lock().unwrap();
                if let Some(at) = all.iter().position(&fits) {
                    return all.drain(..=at).next_back().unwrap();
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no such message among {:?}", self.all())
    }
}

impl Received {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn is_update(&self, state: &str) -> bool {
        self.method == "POST" && self.json()["platformConnectionState"] == state
    }

    /// Checks the signature as a receiver would.
    #[track_caller]
    pub(super) fn is_signed_with(&self, secret: &str) {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let signed = if self.method == "GET" {
            self.target.split_once('?').unwrap().1.as_bytes().to_vec()
        } else {
            self.body.clone()
        };
        let head = format!(
            "{}.{}.",
            self.headers["satchel-timestamp"], self.headers["satchel-delivery"]
        );
        mac.update(head.as_bytes());
        mac.update(&signed);
        let digits = mac.finalize().into_bytes();
        let hex: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(self.headers["satchel-signature"], format!("sha256={hex}"));
    }
}

async fn serve(mut socket: TcpStream, status: u16, kept: Arc<Mutex<Vec<Received>>>) {
    let mut bytes = Vec::new();
    let end = loop {
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend_from_slice(&piece[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |text| text.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        body.extend_from_slice(&piece[..read]);
    }
    kept.lock().unwrap().push(Received {
        method,
        target,
        headers,
        body,
    });
    let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = socket.write_all(answer.as_bytes()).await;
}
