//! The privacy policy that a requester names, as it was when the person said yes: only its digest is kept.

use std::time::Duration;

use time::OffsetDateTime;
use url::Url;
use vault_core::disclosure::PolicyText;
use vault_store::Sha256;

use crate::Connect;

/// The most that is read of a policy, in bytes.
const LIMIT: usize = 2 * 1024 * 1024;

/// The person waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Connect {
    /// Reads the policy at an address; `None` when it cannot be had in a few seconds, or lies elsewhere. Call it only after the person's
    /// yes: its owner learns by it that somebody looks.
    pub async fn policy(&self, address: &str, now: OffsetDateTime) -> Option<PolicyText> {
        let url: Url = address.parse().ok()?;
        match tokio::time::timeout(PATIENCE, self.http.get(url, None, LIMIT)).await {
            Ok(Ok(bytes)) => Some(PolicyText {
                sha256: Sha256::of(&bytes),
                fetched_at: now,
            }),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no privacy policy");
                None
            }
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    async fn serve(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/privacy", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(answer).await;
            }
        });
        base
    }

    #[tokio::test]
    async fn a_policy_is_known_by_its_digest() {
        let connect = Connect::new().unwrap();
        let now = OffsetDateTime::UNIX_EPOCH;
        let there = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nkept").await;
        let policy = connect.policy(&there, now).await.unwrap();
        assert_eq!((policy.sha256, policy.fetched_at), (Sha256::of(b"kept"), now));
        let gone = serve(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        for none in [
            gone.as_str(),
            "http://192.0.2.1/privacy",
            "not an address",
            "file:///etc/passwd",
        ] {
            assert_eq!(connect.policy(none, now).await, None, "{none}");
        }
    }
}
