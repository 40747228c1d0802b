//! A mail server on this computer (RFC 5321): takes every mail and keeps it, for as long as it lives.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How long a mail may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// The most lines of one mail.
const LINES: usize = 2000;

pub(super) struct Mailbox {
    port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Mailbox {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&mails);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = tokio::time::timeout(PATIENCE, talk(stream, &kept)).await;
            }
        });
        Self { port, mails, server }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The mail with this number, from 0, as it came.
    pub(super) async fn mail(&self, number: usize) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self
                .mails
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(number)
                .cloned();
            if let Some(mail) = found {
                return mail;
            }
            assert!(Instant::now() < deadline, "no mail came");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) fn count(&self) -> usize {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn talk(stream: TcpStream, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                for _ in 0..LINES {
                    match lines.next_line().await? {
                        Some(line) if line != "." => {
                            mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                            mail.push('\n');
                        }
                        Some(_) | None => break,
                    }
                }
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                b"250 kept\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                break;
            }
            _ => b"250 good\r\n",
        };
        writer.write_all(answer).await?;
    }
    Ok(())
}
