//! What was found at the address of an app, line by line, for the one who writes it.

use serde::Serialize;
use specta::Type;
use vault_connect::{
    AppInspection, FrameBar, Inspected, Library, LibraryHome, PageInspection, http::HttpError,
};
use vault_core::apps::asked;

use super::{apps::destination_of, wire::Wire};

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct AppReport {
    /// The address that was read, without secrets.
    url: String,
    /// The app's name, where there is a description.
    name: String,
    /// Whether it could be installed.
    usable: bool,
    lines: Vec<ReportLine>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ReportLine {
    weight: Weight,
    /// What it is about: a member of the description, or a word such as "Answer".
    about: String,
    words: String,
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Weight {
    /// As it should be, or a fact.
    Good,
    /// Works, though perhaps not as it was meant.
    Note,
    /// Does not work.
    Wrong,
}

use Weight::{Good, Note, Wrong};

impl AppReport {
    /// `base` is this vault's address, as apps are told it.
    pub(crate) fn new(inspection: &AppInspection, base: &str) -> Self {
        let mut report = Self {
            url: inspection.url.to_string(),
            name: String::new(),
            usable: false,
            lines: Vec::new(),
        };
        if inspection.secrets {
            report.say(
                Note,
                "Address",
                "Its secrets were taken out: they are not sent, and stay in the vault when the app is installed.",
            );
        }
        match &inspection.outcome {
            Err(error) => report.say(Wrong, "Answer", no_answer(error)),
            Ok(found) => report.found(inspection, found, base),
        }
        report
    }

    fn say(&mut self, weight: Weight, about: &str, words: impl Into<String>) {
        self.lines.push(ReportLine {
            weight,
            about: about.to_owned(),
            words: words.into(),
        });
    }

    fn found(&mut self, inspection: &AppInspection, found: &Inspected, base: &str) {
        let took = inspection.took.as_millis();
        self.say(Good, "Answer", format!("{} bytes after {took} ms", found.size));
        for mistake in &found.examination.mistakes {
            self.say(Wrong, "Description", mistake.to_string());
        }
        for remark in &found.examination.remarks {
            self.say(Note, &remark.path, remark.words);
        }
        let Some(manifest) = &found.examination.manifest else {
            return;
        };
        if found.examination.mistakes.is_empty() {
            self.say(Good, "Description", "Every member can be read.");
            self.name.clone_from(&manifest.name);
        }
        if !manifest.accepts_host(base) {
            self.say(
                Wrong,
                "openplatform",
                format!(
                    "{base} is not on the list of hosts that the app accepts: its server will refuse Satchel."
                ),
            );
        }
        match found.icon {
            Some(true) => self.say(Good, "icon", "A picture that can be shown."),
            Some(false) => self.say(
                Note,
                "icon",
                "No PNG, JPEG, WebP, GIF or ICO could be read there: letters are shown instead.",
            ),
            None => {}
        }
        match &found.address {
            Some(Ok(address)) => {
                self.say(Good, "url", format!("Starts at {}", address.url()));
                if address.is_insecure() {
                    self.say(
                        Wrong,
                        "url",
                        "Not encrypted: Satchel calls https, or this computer.",
                    );
                }
                if address.origin() != address.manifest_origin() {
                    self.say(
                        Note,
                        "url",
                        "The pages come from another address than the description.",
                    );
                }
                let destination = destination_of(&address.origin().to_string());
                let wire = Wire::new(manifest, "", inspection.secrets, &destination);
                let (profile, server, relay) = wire.said();
                self.say(Good, "Profile", profile);
                self.say(if relay { Note } else { Good }, "Server", server);
                self.usable = found.examination.mistakes.is_empty();
            }
            Some(Err(why)) => self.say(Wrong, "url", why.clone()),
            None => {}
        }
        self.asks(manifest);
        if let Some(page) = &found.page {
            self.page(page);
        }
    }

    fn asks(&mut self, manifest: &openplatform::manifest::Manifest) {
        let asks = asked(manifest).unwrap_or_default();
        if asks.is_empty() {
            self.say(Good, "Asks for", "Nothing");
        }
        for ask in asks {
            let need = if ask.required { ", needed" } else { "" };
            let weight = if ask.explanation.is_some() { Good } else { Note };
            let reason = ask.explanation.unwrap_or_else(|| "no reason given".to_owned());
            self.say(weight, "Asks for", format!("{}{need}: {reason}", ask.scope));
        }
    }

    fn page(&mut self, page: &PageInspection) {
        let took = page.took.as_millis();
        match page.status {
            None => return self.say(Wrong, "First page", "Nobody answers there."),
            Some(status) if (200..300).contains(&status) => {
                self.say(Good, "First page", format!("Answers after {took} ms"));
            }
            Some(status @ 300..=399) => self.say(
                Note,
                "First page",
                format!("Leads elsewhere ({status}): another address is another app."),
            ),
            Some(status) => self.say(Wrong, "First page", format!("Answers with status {status}.")),
        }
        for bar in &page.bars {
            let header = match bar {
                FrameBar::Options => "X-Frame-Options",
                FrameBar::Ancestors => "frame-ancestors of its content policy",
            };
            self.say(
                Wrong,
                "First page",
                format!("{header} keeps it out of Satchel’s window."),
            );
        }
        for host in &page.clear {
            self.say(
                Wrong,
                "First page",
                format!("Loads from {host} without encryption: it is blocked."),
            );
        }
        if page.libraries.is_empty() {
            self.say(
                Note,
                "Library",
                "No client library in the first page itself; one that a script loads later is not seen here.",
            );
        }
        for library in &page.libraries {
            let (weight, words) = library_words(library);
            self.say(weight, "Library", words);
        }
    }
}

fn library_words(library: &Library) -> (Weight, String) {
    let file = library.file;
    match &library.home {
        LibraryHome::Satchel => (Good, format!("{file}, Satchel’s own copy")),
        LibraryHome::App => (Good, format!("{file}, the app’s own copy")),
        LibraryHome::Other(host) => (
            Note,
            format!("{file} from {host}: whoever can change it there is in the app."),
        ),
    }
}

fn no_answer(error: &HttpError) -> String {
    match error {
        HttpError::Forbidden => "Satchel calls only https, and this computer.".to_owned(),
        HttpError::NoAnswer => "Nobody answers there, or the encryption is broken.".to_owned(),
        HttpError::TooLarge { limit } => format!("Larger than {} KiB.", limit / 1024),
        HttpError::Busy { .. } => "Asks to slow down.".to_owned(),
        HttpError::Status(status @ 300..=399) => {
            format!("Leads elsewhere ({status}): an app is known by its own address.")
        }
        HttpError::Status(status) => format!("Answers with status {status}."),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openplatform::manifest::Manifest;

    use super::*;

    fn report(text: &str, page: Option<PageInspection>) -> AppReport {
        let url = "https://a.example/openplatform.json".parse().unwrap();
        let examination = Manifest::examine(text.as_bytes());
        let address = examination
            .manifest
            .as_ref()
            .map(|manifest| manifest.resolve(&url).map_err(|error| error.to_string()));
        let inspection = AppInspection {
            url,
            secrets: false,
            took: Duration::from_millis(12),
            outcome: Ok(Inspected {
                size: text.len(),
                examination,
                address,
                icon: None,
                page,
            }),
        };
        AppReport::new(&inspection, "http://127.0.0.1:8200")
    }

    fn wrong(report: &AppReport) -> Vec<&str> {
        let lines = report.lines.iter().filter(|line| line.weight == Wrong);
        lines.map(|line| line.words.as_str()).collect()
    }

    #[test]
    fn what_works_has_no_wrong_line() {
        let page = PageInspection {
            status: Some(200),
            ..PageInspection::default()
        };
        let good = report(r#"{"name":"A","url":"https://a.example/"}"#, Some(page));
        assert_eq!(wrong(&good), Vec::<&str>::new());
        assert!(good.usable && good.name == "A");
    }

    #[test]
    fn every_reason_why_it_would_not_work_has_a_line() {
        let page = PageInspection {
            status: Some(500),
            bars: vec![FrameBar::Options],
            clear: vec!["pictures.example".into()],
            ..PageInspection::default()
        };
        let bad = report(
            r#"{"url":"http://a.example/","width":"x","openplatform":["https://b.example"]}"#,
            Some(page),
        );
        let said = wrong(&bad).join("\n");
        for part in [
            "`name` is missing",
            "`width` is not a number",
            "not on the list",
            "Not encrypted",
            "status 500",
            "X-Frame-Options",
            "pictures.example",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert!(!bad.usable);
    }
}
