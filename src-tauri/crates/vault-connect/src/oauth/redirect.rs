//! The listener that takes one redirect from the person's browser and then closes.

use std::{convert::Infallible, net::Ipv4Addr, sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode, body::Bytes, body::Incoming, header, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use url::Url;

/// How long a browser may take over one request and its answer.
const EXCHANGE: Duration = Duration::from_secs(30);
/// The path to which the platform sends the browser back.
pub(super) const PATH: &str = "/oauth/redirect";

/// What the browser brought: the query of the redirect.
#[derive(Debug)]
pub(super) struct Brought {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) error: Option<String>,
    /// What was granted, where the platform says it here.
    pub(super) scope: Option<String>,
}

/// A free port on 127.0.0.1, listening.
#[derive(Debug)]
pub(super) struct Redirect {
    listener: TcpListener,
    port: u16,
}

impl Redirect {
    pub(super) async fn bind(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    pub(super) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Serves until a redirect with the right `state` came. Others are answered and change nothing: any page that the browser shows can
    /// send a request to this port.
    pub(super) async fn wait(self, state: &str) -> std::io::Result<Brought> {
        let expected: Arc<str> = state.into();
        let host: Arc<str> = format!("127.0.0.1:{}", self.port).into();
        let (send, mut receive) = mpsc::channel(1);
        loop {
            tokio::select! {
                Some(brought) = receive.recv() => return Ok(brought),
                accepted = self.listener.accept() => {
                    let (stream, _) = accepted?;
                    let (send, expected, host) = (send.clone(), Arc::clone(&expected), Arc::clone(&host));
                    tokio::spawn(async move {
                        if let Some(brought) = exchange(stream, &expected, &host).await {
                            // Nobody waits any more when another request was faster.
                            let _ = send.send(brought).await;
                        }
                    });
                }
            }
        }
    }
}

/// One request and its answer. What it brought is given only when the browser has its page: the program may end as soon as it knows.
async fn exchange(stream: TcpStream, expected: &str, host: &str) -> Option<Brought> {
    let (found, mut taken) = mpsc::channel(1);
    let service = service_fn(|request| answer(request, &found, expected, host));
    let serving = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // A browser that goes away early, or never says what it wants, has no bearing on the attempt.
    let _ = timeout(EXCHANGE, serving).await;
    taken.try_recv().ok()
}

async fn answer(
    request: Request<Incoming>,
    found: &mpsc::Sender<Brought>,
    expected: &str,
    host: &str,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let right_host = request
        .headers()
        .get(header::HOST)
        .is_some_and(|value| value.as_bytes() == host.as_bytes());
    if !right_host || request.method() != Method::GET || request.uri().path() != PATH {
        return Ok(page(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "Go back to Satchel.",
        ));
    }
    let brought = read(request.uri().query().unwrap_or_default());
    if brought.state.as_deref() != Some(expected) {
        return Ok(page(
            StatusCode::BAD_REQUEST,
            "This answer belongs to no sign-in of yours",
            "Nothing was changed. Go back to Satchel.",
        ));
    }
    let page = match brought.error {
        None => page(
            StatusCode::OK,
            "Done",
            "You can close this page and go back to Satchel.",
        ),
        Some(_) => page(
            StatusCode::OK,
            "Nothing was linked",
            "You can close this page and go back to Satchel.",
        ),
    };
    let _ = found.send(brought).await;
    Ok(page)
}

fn read(query: &str) -> Brought {
    let mut brought = Brought {
        code: None,
        state: None,
        error: None,
        scope: None,
    };
    let Ok(url) = Url::parse(&format!("http://127.0.0.1/?{query}")) else {
        return brought;
    };
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "code" => brought.code = Some(value.into_owned()),
            "state" => brought.state = Some(value.into_owned()),
            "error" => brought.error = Some(value.into_owned()),
            "scope" => brought.scope = Some(value.into_owned()),
            _ => {}
        }
    }
    brought
}

/// A page of ours. It quotes nothing of the request.
fn page(status: StatusCode, title: &str, words: &str) -> Response<Full<Bytes>> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} – Satchel</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;\
         padding:0 1.5rem}}h1{{font-size:1.5rem}}</style><h1>{title}</h1><p>{words}</p></html>"
    );
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}
