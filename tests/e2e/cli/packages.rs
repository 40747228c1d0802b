//! Packaged apps from the terminal, made and signed with the usual tools: `zip`, `sha256sum`, `openssl`.

use std::{fs, path::PathBuf, process::Command};

use serde_json::json;

use crate::support::Home;

/// Makes packages of one app.
struct Maker<'a> {
    home: &'a Home,
}

impl Maker<'_> {
    fn run(&self, folder: &str, program: &str, arguments: &[&str]) -> Vec<u8> {
        let done = Command::new(program)
            .current_dir(self.home.path(folder))
            .args(arguments)
            .output()
            .expect(program);
        assert!(
            done.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        done.stdout
    }

    /// A new key; its name is that of a file.
    fn key(&self, name: &str) -> String {
        let file = self.home.text(name);
        self.run(
            "",
            "openssl",
            &["genpkey", "-algorithm", "ed25519", "-out", &file],
        );
        file
    }

    fn public(&self, key: &str) -> String {
        let der = self.run("", "openssl", &["pkey", "-in", key, "-pubout", "-outform", "DER"]);
        der[der.len() - 32..]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// A package with this page; signed where there is a key.
    fn pack(&self, name: &str, version: &str, page: &str, key: Option<&str>) -> PathBuf {
        let folder = self.home.path(name);
        fs::create_dir(&folder).unwrap();
        let mut manifest =
            json!({"name": "Mile Log", "url": "/index.html", "version": version, "allowreadprofile": 0});
        if let Some(key) = key {
            manifest["vault"] = json!({ "key": self.public(key) });
        }
        fs::write(folder.join("openplatform.json"), manifest.to_string()).unwrap();
        fs::write(folder.join("index.html"), page).unwrap();
        if let Some(key) = key {
            let sums = self.run(name, "sha256sum", &["index.html", "openplatform.json"]);
            fs::write(folder.join("SHA256SUMS"), sums).unwrap();
            let sign = [
                "pkeyutl",
                "-sign",
                "-inkey",
                key,
                "-rawin",
                "-in",
                "SHA256SUMS",
                "-out",
                "SHA256SUMS.sig",
            ];
            self.run(name, "openssl", &sign);
        }
        let file = self.home.path(&format!("{name}.zip"));
        self.run(name, "zip", &["-q", "-r", "-X", file.to_str().unwrap(), "."]);
        file
    }
}

#[test]
fn a_package_is_installed_brought_up_to_date_and_pauses_with_another_key() {
    let home = Home::with_vault();
    let maker = Maker { home: &home };
    let (key, other) = (maker.key("key.pem"), maker.key("other.pem"));
    let pack = |name, version, page, key| maker.pack(name, version, page, key).to_str().unwrap().to_owned();

    let first = pack("first", "1", "one", Some(key.as_str()));
    let app = home.ok(&["app", "add", &first]);
    assert_eq!(
        (&app["kind"], &app["state"], &app["signed"]),
        (&json!("packaged"), &json!("ready"), &json!(true))
    );
    assert!(app["origin"].as_str().unwrap().contains(".localhost:"));
    home.run(&["app", "add", &first]).refused(1, "APP-304");

    let second = home.ok(&["app", "add", &pack("second", "2", "two", Some(key.as_str()))]);
    assert_eq!(
        (&second["id"], &second["version"], &second["state"]),
        (&app["id"], &json!("2"), &json!("ready"))
    );

    let moved = home.ok(&["app", "add", &pack("moved", "3", "three", Some(other.as_str()))]);
    assert_eq!(
        (&moved["state"], &moved["version"]),
        (&json!("review"), &json!("2"))
    );
    assert_eq!(moved["offered"]["changes"][0]["words"], "Key");
    let kept = home.ok(&["app", "keep", "Mile Log"]);
    assert_eq!((&kept["state"], &kept["version"]), (&json!("ready"), &json!("2")));

    let unsigned = home.ok(&["app", "add", &pack("unsigned", "4", "four", None)]);
    assert_eq!(unsigned["state"], "review", "a key that is gone is another key");
    let accepted = home.ok(&["app", "accept", "Mile Log"]);
    assert_eq!(
        (&accepted["version"], &accepted["signed"]),
        (&json!("4"), &json!(false))
    );
    home.ok(&["app", "remove", "Mile Log"]);
    home.run(&["app", "show", "Mile Log"]).refused(1, "APP-305");
}

#[test]
fn a_package_that_is_not_whole_is_not_installed() {
    let home = Home::with_vault();
    let maker = Maker { home: &home };
    let key = maker.key("key.pem");
    let signed = maker.pack("signed", "1", "one", Some(&key));
    fs::write(home.path("signed/index.html"), "changed by somebody").unwrap();
    maker.run(
        "signed",
        "zip",
        &["-q", "-X", signed.to_str().unwrap(), "index.html"],
    );
    home.run(&["app", "add", signed.to_str().unwrap()])
        .refused(1, "APP-308");

    let linked = maker.pack("linked", "1", "one", None);
    std::os::unix::fs::symlink("/etc/passwd", home.path("linked/passwd.txt")).unwrap();
    maker.run(
        "linked",
        "zip",
        &["-q", "-y", "-X", linked.to_str().unwrap(), "passwd.txt"],
    );
    home.run(&["app", "add", linked.to_str().unwrap()])
        .refused(1, "APP-307");

    fs::write(home.path("none.zip"), "no zip at all").unwrap();
    home.run(&["app", "add", &home.text("none.zip")])
        .refused(1, "APP-307");
    home.run(&["app", "add", &home.text("absent.zip")])
        .refused(1, "APP-307");
    let apps = home.ok(&["app", "list"]);
    assert_eq!(apps.as_array().unwrap().len(), 1, "only what came with Satchel");
}
