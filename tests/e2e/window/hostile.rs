//! An app that sends what it has wherever it can, as a package and on a server, with a canary that counts what arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::becomes,
    person::{install, make_vault, open_and_unlock, say},
};

/// Attempts that need the person's click, or that leave the page.
const LEAVING: &str = "do-leave";
/// What the canary notes of a connection before anything is said on it.
const CONNECTION: &str = "a connection";

#[tokio::test(flavor = "multi_thread")]
async fn a_package_sends_nothing_to_anybody() {
    let canary = Canary::listen();
    canary.proves_itself();
    let site = Site::serve(&canary);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;

    say("the same app on a server: the canary hears it, so the attempts are real");
    install(&driver, "Leak", &site.address).await;
    open(&driver, "Leak").await;
    let hosted = canary.heard();
    println!("    hosted, arrived: {hosted:?}");
    for way in [
        "/fetch",
        "/image",
        "/xhr",
        "/websocket",
        "/beacon",
        "/script",
        "/stylesheet",
        "/css-font",
        "/eventsource",
        "/preload",
        "/ping",
    ] {
        assert!(
            hosted.contains(way),
            "{way} did not arrive from the hosted app: {hosted:?}"
        );
    }
    let given = results(&driver).await;
    refused(&given);
    driver.leave_frame().await;
    driver.click("button", "Close Leak").await;
    driver.gone("app.html").await;
    driver.main_window().await;
    // What its frame had begun comes to an end.
    tokio::time::sleep(Duration::from_secs(5)).await;
    canary.forget();

    say("as a package: look at it, install it");
    let file = pack(desktop.home(), &canary);
    driver.click("link", "Apps").await;
    let main = driver.front();
    driver.click("button", "Choose a package").await;
    driver.choose_file(&main, &file).await;
    driver.find("heading", "Install Sieve?").await;
    driver.says("Nobody signed it").await;
    driver.says("no internet").await;
    driver.shot("33-review-package").await;
    driver.click("button", "Install").await;
    driver.find("heading", "Sieve").await;
    driver.click("link", "Apps").await;

    say("every way out of a page: not one byte");
    open(&driver, "Sieve").await;
    assert_eq!(
        kept(&driver).await,
        "",
        "nothing of the app on the server is here"
    );
    let given = results(&driver).await;
    refused(&given);
    let stops = stops(&driver).await;
    let press =
        |id: &'static str| driver.script("document.getElementById(arguments[0]).click()", json!([id]));
    press(LEAVING).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let packaged = canary.heard();
    driver.leave_frame().await;
    driver.shot("34-leak-package").await;
    table(&stops, &hosted, &packaged);
    // The engine connects for `preconnect` and for a link to a new window, whatever a policy says; SECURITY.md names it. Not a byte goes
    // over such a connection.
    let said: Vec<&String> = packaged.iter().filter(|heard| *heard != CONNECTION).collect();
    assert_eq!(said, Vec::<&String>::new(), "a package reached the canary");

    say("the vault answers, and no window was opened");
    driver.main_window().await;
    driver.click("link", "Overview").await;
    driver.find("heading", "Overview").await;
    assert_eq!(
        driver.windows().await.len(),
        2,
        "the person's window and the app's"
    );
    driver.quit().await;
}

/// Opens the app and waits until it has tried everything.
async fn open(driver: &Driver, name: &str) {
    driver.click("button", &format!("Open {name}")).await;
    driver.window("app.html").await;
    driver.enter_frame(&format!("{name} (app)")).await;
    becomes(driver, "state", "done").await;
}

/// What the page says of each attempt.
async fn results(driver: &Driver) -> Vec<String> {
    let lines = driver
        .script(
            "return [...document.querySelectorAll('#results li')].map(line => line.textContent)",
            json!([]),
        )
        .await;
    serde_json::from_value(lines).unwrap()
}

/// What the engine said of each attempt: the directive that it violated, or the error that it got. Nothing where it said nothing.
async fn stops(driver: &Driver) -> BTreeMap<String, String> {
    let stops = driver
        .script(
            "return Object.fromEntries([...document.querySelectorAll('#results li')].map(line => [line.id.slice(4), line.dataset.stopped || '']))",
            json!([]),
        )
        .await;
    serde_json::from_value(stops).unwrap()
}

async fn kept(driver: &Driver) -> String {
    let kept = driver
        .script("return document.getElementById('state').dataset.kept", json!([]))
        .await;
    kept.as_str().unwrap_or("?").to_owned()
}

/// No device was given, no page of the host was read, no popup was there to be written to.
fn refused(lines: &[String]) {
    assert!(lines.len() > 60, "{lines:#?}");
    let bad: Vec<&String> = lines
        .iter()
        .filter(|line| {
            line.ends_with(": given") || line.contains("-read: 200") || *line == "popup-opened: true"
        })
        .collect();
    assert_eq!(bad, Vec::<&String>::new());
}

/// What was seen: whether an attempt arrived from either app, and what the engine said in the package.
fn table(stops: &BTreeMap<String, String>, hosted: &BTreeSet<String>, packaged: &BTreeSet<String>) {
    println!(
        "    {:<20} {:<8} {:<8} stopped in the package by",
        "attack", "hosted", "package"
    );
    let word = |arrived| if arrived { "arrived" } else { "-" };
    for (name, by) in stops {
        let by = if by.is_empty() {
            "(the engine says nothing)"
        } else {
            by
        };
        let (there, here) = (word(arrived(hosted, name)), word(arrived(packaged, name)));
        println!("    {name:<20} {there:<8} {here:<8} {by}");
    }
    let unnamed: Vec<&String> = stops
        .iter()
        .filter(|(name, by)| arrived(hosted, name) && by.is_empty())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        unnamed,
        Vec::<&String>::new(),
        "these arrive without a policy, and nothing says what stopped them here"
    );
}

/// Whether an attempt was heard, or what it put into a frame.
fn arrived(heard: &BTreeSet<String>, name: &str) -> bool {
    ["", "-fetch", "-image", "-img"]
        .iter()
        .any(|inside| heard.contains(&format!("/{name}{inside}")))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/leak")
}

/// The app as a package, made with the usual tool.
fn pack(home: &Path, canary: &Canary) -> PathBuf {
    let staged = home.join("leak");
    fs::create_dir(&staged).unwrap();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, staged.join(path.file_name().unwrap())).unwrap();
    }
    fs::write(staged.join("canary.js"), canary.script()).unwrap();
    let description = staged.join("openplatform.json");
    let text = fs::read_to_string(&description).unwrap();
    fs::write(&description, text.replace("\"Leak\"", "\"Sieve\"")).unwrap();
    let file = home.join("leak.zip");
    let made = Command::new("zip")
        .current_dir(&staged)
        .args(["-q", "-r", "-X"])
        .arg(&file)
        .arg(".")
        .status();
    assert!(made.expect("zip").success());
    file
}

/// Listens on one port for connections and datagrams, and keeps what they ask for.
struct Canary {
    address: SocketAddr,
    heard: Arc<Mutex<BTreeSet<String>>>,
    over: Arc<AtomicBool>,
}

impl Canary {
    fn listen() -> Self {
        let (tcp, udp) = loop {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
                break (tcp, udp);
            }
        };
        let address = tcp.local_addr().unwrap();
        let (heard, over): (Arc<Mutex<BTreeSet<String>>>, Arc<AtomicBool>) = Default::default();
        let (notes, ended) = (heard.clone(), over.clone());
        thread::spawn(move || {
            for socket in tcp.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(socket), notes) = (socket, notes.clone()) else {
                    return;
                };
                // Noted as it comes: one that never says a word would else be noted when it is given up, under another heading.
                notes.lock().unwrap().insert(CONNECTION.into());
                thread::spawn(move || note(socket, &notes));
            }
        });
        let (notes, ended) = (heard.clone(), over.clone());
        udp.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 2048];
            while !ended.load(Ordering::SeqCst) {
                if udp.recv(&mut bytes).is_ok() {
                    notes.lock().unwrap().insert("a datagram".into());
                }
            }
        });
        Self { address, heard, over }
    }

    /// A canary that heard nothing of this would hear nothing at all.
    fn proves_itself(&self) {
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.write_all(b"GET /itself HTTP/1.1\r\n\r\n").unwrap();
        socket.read_to_end(&mut Vec::new()).unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        udp.send_to(b"x", self.address).unwrap();
        let all = ["/itself", "a datagram", CONNECTION];
        for _ in 0..100 {
            if all.iter().all(|one| self.heard().contains(*one)) {
                return self.forget();
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{:?}", self.heard());
    }

    fn heard(&self) -> BTreeSet<String> {
        self.heard.lock().unwrap().clone()
    }

    fn forget(&self) {
        self.heard.lock().unwrap().clear();
    }

    fn script(&self) -> String {
        format!("var CANARY = '{}';\n", self.address)
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// Notes what a connection asks for, and answers so that pages go on.
fn note(mut socket: TcpStream, heard: &Mutex<BTreeSet<String>>) {
    let _ = socket.set_read_timeout(Some(Duration::from_secs(5)));
    heard.lock().unwrap().extend(first_line(&mut socket));
    let _ = socket.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

/// The path of a request.
fn first_line(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = vec![0; 4096];
    let read = socket.read(&mut bytes).ok().filter(|read| *read > 0)?;
    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
    Some(
        text.split(' ')
            .nth(1)
            .unwrap_or("no path")
            .split('?')
            .next()?
            .to_owned(),
    )
}

/// The app on a server of its own, without any policy.
struct Site {
    address: String,
    over: Arc<AtomicBool>,
}

impl Site {
    fn serve(canary: &Canary) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let over: Arc<AtomicBool> = Arc::default();
        let (ended, base, script) = (over.clone(), address.clone(), canary.script());
        thread::spawn(move || {
            for socket in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(mut socket), base, script) = (socket, base.clone(), script.clone()) else {
                    return;
                };
                thread::spawn(move || {
                    let _ = socket.set_read_timeout(Some(Duration::from_secs(5)));
                    let path = first_line(&mut socket).unwrap_or_default();
                    let (kind, body) = file(&path, &base, &script);
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = socket.write_all(head.as_bytes());
                    let _ = socket.write_all(&body);
                });
            }
        });
        Self { address, over }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

fn file(path: &str, base: &str, script: &str) -> (&'static str, Vec<u8>) {
    match path {
        "/canary.js" => ("text/javascript", script.as_bytes().to_vec()),
        "/leak.js" => ("text/javascript", fs::read(folder().join("leak.js")).unwrap()),
        "/leak.css" => ("text/css", fs::read(folder().join("leak.css")).unwrap()),
        "/openplatform.json" => {
            let text = fs::read(folder().join("openplatform.json")).unwrap();
            let mut manifest: Value = serde_json::from_slice(&text).unwrap();
            manifest["url"] = json!(format!("{base}/index.html"));
            ("application/json", manifest.to_string().into_bytes())
        }
        _ => ("text/html", fs::read(folder().join("index.html")).unwrap()),
    }
}
