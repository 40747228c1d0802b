//! A desktop session for one test: a display, a bus with an unlocked keyring, a home folder, and the WebDriver bridge. Everything is started
//! by this file and ended by its own process id.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::received;

/// A session that runs.
pub(super) struct Desktop {
    home: TempDir,
    display: String,
    bus: String,
    children: Vec<Child>,
    driver_port: u16,
}

impl Desktop {
    /// Starts display, bus, keyring and bridge. `environment` reaches the app.
    pub(super) fn start(environment: &[(&str, &str)]) -> Self {
        let home = TempDir::new().unwrap();
        for folder in ["run", "data", "config", "cache", "bin"] {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        set_private(&home.path().join("run"));
        write_browser(home.path());
        let mut desktop = Self {
            home,
            display: String::new(),
            bus: String::new(),
            children: Vec::new(),
            driver_port: 0,
        };
        desktop.start_display();
        desktop.start_manager();
        desktop.start_bus();
        desktop.start_keyring();
        desktop.start_driver(environment);
        desktop
    }

    /// Where the bridge answers.
    pub(super) fn driver(&self) -> String {
        format!("http://127.0.0.1:{}", self.driver_port)
    }

    /// The name of the display.
    pub(super) fn display(&self) -> &str {
        &self.display
    }

    /// The address of the session's bus.
    pub(super) fn bus(&self) -> &str {
        &self.bus
    }

    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The address that the app last sent to the browser.
    pub(super) fn opened_address(&self) -> String {
        let file = self.home.path().join("opened-address");
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Ok(text) = fs::read_to_string(&file)
                && text.ends_with('\n')
            {
                fs::remove_file(&file).unwrap();
                return text.trim().to_owned();
            }
            assert!(
                Instant::now() < deadline,
                "the app opened no address in the browser"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A command with the environment of this session.
    pub(super) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let home = self.home.path();
        command
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("BROWSER", home.join("bin/browser"))
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "C.UTF-8")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    fn start_display(&mut self) {
        let mut child = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb: run `cargo xtask setup`");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.display = format!(":{}", line.trim());
        self.children.push(child);
    }

    /// Without a window manager no window gets the focus, and consent only listens in a focused one.
    fn start_manager(&mut self) {
        let child = self
            .command("openbox")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox: run `cargo xtask setup`");
        self.children.push(child);
    }

    fn start_bus(&mut self) {
        let mut child = self
            .command("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon: run `cargo xtask setup`");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.bus = line.trim().to_owned();
        self.children.push(child);
    }

    /// A real Secret Service, unlocked.
    fn start_keyring(&mut self) {
        let mut child = self
            .command("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon: run `cargo xtask setup`");
        use std::io::Write as _;
        child.stdin.take().unwrap().write_all(b"desktop").unwrap();
        self.children.push(child);
    }

    fn start_driver(&mut self, environment: &[(&str, &str)]) {
        self.driver_port = free_port();
        let native = free_port();
        let child = self
            .command(tauri_driver())
            .args([
                "--port",
                &self.driver_port.to_string(),
                "--native-port",
                &native.to_string(),
            ])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log_file(self.home.path()))
            .spawn()
            .expect("tauri-driver: run `cargo xtask setup`");
        self.children.push(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", self.driver_port)).is_err() {
            assert!(Instant::now() < deadline, "tauri-driver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the app wrote to its log.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("driver.log")).unwrap_or_default()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let last: Vec<&str> = log.lines().rev().take(20).collect();
            eprintln!(
                "the end of the app's log:\n{}",
                last.into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
        for mut child in self.children.drain(..).rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        received::look(
            &self
                .home()
                .join("data/org.satchel.Satchel/vault/Personal.satchel"),
        );
    }
}

/// Stands for the person's browser: it notes the address; the test then does what a person would do there.
fn write_browser(home: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = home.join("bin/browser");
    let note = home.join("opened-address");
    fs::write(
        &path,
        format!("#!/bin/sh\nprintf '%s\\n' \"$1\" > '{}'\n", note.display()),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn set_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
}

fn log_file(home: &Path) -> Stdio {
    fs::File::create(home.join("driver.log")).unwrap().into()
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn tauri_driver() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/tauri-driver");
    if own.is_file() { own } else { "tauri-driver".into() }
}
