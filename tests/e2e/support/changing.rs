//! An app of others whose description changes at its address.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Mile Log</title><p>Mile Log is here.";

/// A description that asks for these scopes; its pages are at `origin`, or where it is itself.
pub(crate) fn manifest(name: &str, scopes: &[&str], origin: &str) -> String {
    let scopes: Vec<Value> = scopes
        .iter()
        .map(|scope| json!({"scope": format!("vault:{scope}:get"), "explanation": "to draw the log"}))
        .collect();
    json!({
        "name": name, "url": format!("{origin}/"), "author": "Rue & Rad", "version": scopes.len().to_string(), "allowreadprofile": 0,
        "vault": {"purpose": "To keep a log of miles.", "scopes": scopes}
    })
    .to_string()
}

fn answer(mut stream: TcpStream, manifest: &Mutex<String>) {
    let mut request = [0; 4096];
    let read = stream.read(&mut request).unwrap_or(0);
    let (kind, body) = if request[..read].starts_with(b"GET /openplatform.json") {
        ("application/json", manifest.lock().unwrap().clone())
    } else {
        ("text/html", PAGE.to_owned())
    };
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// An app whose description can be changed while it is served.
pub(crate) struct ChangingApp {
    pub(crate) address: String,
    manifest: Arc<Mutex<String>>,
}

impl ChangingApp {
    pub(crate) fn serve(manifest: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let manifest = Arc::new(Mutex::new(manifest));
        let said = Arc::clone(&manifest);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let said = Arc::clone(&said);
                // A browser engine opens connections ahead of need and leaves them silent: each has its own thread.
                thread::spawn(move || answer(stream, &said));
            }
        });
        Self { address, manifest }
    }

    pub(crate) fn says(&self, manifest: String) {
        *self.manifest.lock().unwrap() = manifest;
    }
}
