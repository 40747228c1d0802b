//! Both shapes of descriptors that occur, every refusal with its path, and what is written comes back.

use super::*;
use crate::key::KeyError;
use crate::link::LinkError;
use crate::tests::OURS;
use proptest::prelude::*;

const FULL: &str = include_str!("../../tests/fixtures/descriptor_full.yaml");
const SMALL: &str = include_str!("../../tests/fixtures/descriptor_small.yaml");

fn problem(text: &str) -> (String, Problem) {
    let error = read(text).expect_err(text);
    (error.path, error.problem)
}

#[test]
fn a_full_descriptor_is_read() {
    let (descriptor, notes) = read(FULL).unwrap();
    assert_eq!(
        (
            descriptor.peer_id.as_str(),
            descriptor.name.as_str(),
            descriptor.peer_version
        ),
        ("somexemple", "Som Exemple, SCCL", Some(3))
    );
    assert_eq!(
        descriptor.activate_url().unwrap().as_str(),
        "https://api.somexemple.example/intercoop/activateService"
    );
    assert_eq!(
        descriptor
            .info
            .as_ref()
            .unwrap()
            .for_languages(&[])
            .map(String::as_str),
        Some("Un texto largo, en dos líneas.")
    );
    assert!(
        descriptor
            .key
            .as_ref()
            .unwrap()
            .fingerprint()
            .to_string()
            .starts_with("783a1d43")
    );
    assert_eq!(
        notes,
        [
            Note::UnknownKey("services.contract.price".into()),
            Note::UnknownKey("colour".into()),
        ]
    );
}

#[test]
fn a_pasted_text_may_lack_its_last_line_end() {
    assert_eq!(read(FULL.trim_end()), read(FULL));
}

#[test]
fn a_service_has_its_own_or_takes_those_of_the_peer() {
    let (descriptor, _) = read(FULL).unwrap();
    let (contract, es) = (
        descriptor.service("contract").unwrap(),
        descriptor.service("es").unwrap(),
    );
    assert_eq!(
        descriptor.fields_of(contract),
        Some(&[Field::OriginPeer, Field::Nif][..])
    );
    assert_eq!(descriptor.fields_of(es), Some(&[Field::InnerId, Field::Name][..]));
    let policy = |service| {
        let links = descriptor.privacy_policy_of(service)?;
        links.for_languages(&["ca"]).map(Link::as_str)
    };
    assert_eq!(
        policy(contract),
        Some("https://www.somexemple.example/es/contract")
    );
    assert_eq!(policy(es), Some("https://www.somexemple.example/ca/privadesa"));
    assert!(contract.image.is_some() && contract.activation.is_some());
    assert!(descriptor.service("other").is_none());
    let without = Descriptor {
        fields: None,
        ..descriptor.clone()
    };
    assert_eq!(without.fields_of(es), None);
    let empty = FULL.replace(
        "    fields:\n    - originpeer\n    - nif\n    - nif\n",
        "    fields: []\n",
    );
    let (empty, _) = read(&empty).unwrap();
    assert_eq!(empty.fields_of(empty.service("contract").unwrap()), Some(&[][..]));
}

#[test]
fn a_service_named_like_a_language_stays_a_service() {
    let (descriptor, _) = read(FULL).unwrap();
    let ids: Vec<&str> = descriptor
        .services
        .iter()
        .map(|service| service.id.as_str())
        .collect();
    assert_eq!(ids, ["contract", "es"]);
}

#[test]
fn the_best_language_is_taken_then_spanish_then_any() {
    let (descriptor, _) = read(FULL).unwrap();
    let name = |languages: &[&str]| {
        descriptor.services[0]
            .name
            .for_languages(languages)
            .unwrap()
            .clone()
    };
    assert_eq!(name(&["ca"]), "Contracta");
    assert_eq!(name(&["en", "ca", "es"]), "Contracta");
    for languages in [&["en"][..], &["ca_ES"], &["CA"], &[]] {
        assert_eq!(name(languages), "Contrata");
    }
    let catalan = Translated::ByLanguage(vec![("ca".to_owned(), "x")]);
    assert_eq!(catalan.for_languages(&["en"]), Some(&"x"));
    assert_eq!(Translated::Plain("x").for_languages(&["en"]), Some(&"x"));
    assert_eq!(
        catalan.values().count() + Translated::Plain(1).values().count(),
        2
    );
}

#[test]
fn a_small_one_is_taken_with_notes() {
    let (descriptor, notes) = read(SMALL).unwrap();
    assert!(descriptor.services.is_empty() && descriptor.target.is_none() && descriptor.key.is_none());
    assert_eq!(descriptor.activate_url(), None);
    assert_eq!(
        notes,
        [Note::UnquotedVersion, Note::Missing("peerVersion".into())]
    );
    let (_, notes) =
        read("intercoopVersion: '1.0'\npeerVersion: 1\npeerid: a\nname: b\nurl: {ca: 'http://a.example'}")
            .unwrap();
    assert_eq!(
        notes,
        [
            Note::Missing("logo".into()),
            Note::Missing("description".into()),
            Note::NoSpanish("url".into()),
            Note::Missing("privacyPolicyUrl".into()),
        ]
    );
}

#[test]
fn every_refusal_says_where() {
    let languages: String = ('a'..='z')
        .flat_map(|a| ["a", "b"].map(|b| format!("{a}{b}: x, ")))
        .collect();
    let services: String = ('a'..='z')
        .flat_map(|a| ["a", "b", "c"].map(|b| format!("{a}{b}: {{}}, ")))
        .collect();
    for (line, path, expected) in [
        ("intercoopVersion: '2.0'", "intercoopVersion", Problem::Version),
        ("intercoopVersion: 1", "intercoopVersion", Problem::Version),
        ("intercoopVersion:", "intercoopVersion", Problem::Missing),
        ("peerid: Petita", "peerid", Problem::Id),
        ("peerid: a1", "peerid", Problem::Id),
        ("peerid: NO", "peerid", Problem::NotAText),
        ("peerVersion: '1'", "peerVersion", Problem::NotANumber),
        ("name: [a]", "name", Problem::NotAText),
        ("name: ' '", "name", Problem::Text),
        ("name: \"a\\nb\"", "name", Problem::Text),
        ("name: \"a\\x1Bb\"", "name", Problem::Text),
        ("name: \"a\\u202Eb\"", "name", Problem::Text),
        ("logo: x", "logo", Problem::Link(LinkError::NotAnAddress)),
        ("logo: {es: 'https://a.example'}", "logo", Problem::NotAText),
        ("url: 'javascript:x'", "url", Problem::Link(LinkError::Scheme)),
        (
            "url: {es: 'file:///x'}",
            "url.es",
            Problem::Link(LinkError::Scheme),
        ),
        (
            "privacyPolicyUrl: 'https://a@b.example'",
            "privacyPolicyUrl",
            Problem::Link(LinkError::User),
        ),
        ("description: {}", "description", Problem::Missing),
        ("description: {es: [x]}", "description.es", Problem::NotAText),
        (
            "description: {spanish: x}",
            "description.spanish",
            Problem::Language,
        ),
        ("description: {no: x}", "description", Problem::Unusual),
        ("description: {es: x, es: y}", "description.es", Problem::Twice),
        ("description: !!str x", "descriptor", Problem::Unusual),
        ("description: {<<: {es: x}}", "description", Problem::Unusual),
        ("services: []", "services", Problem::NotAMapping),
        ("services: {A: {}}", "services.A", Problem::Id),
        ("services: {a: x}", "services.a", Problem::NotAMapping),
        ("services: {a: {}}", "services.a.name", Problem::Missing),
        (
            "services: {a: {name: x}}",
            "services.a.description",
            Problem::Missing,
        ),
        (
            "services: {a: {name: x, description: y, image: z}}",
            "services.a.image",
            Problem::Link(LinkError::NotAnAddress),
        ),
        (
            "services: {a: {name: x, description: y}}",
            "targetUrl",
            Problem::Missing,
        ),
        (
            "targetUrl: 'https://a.example/?x'",
            "targetUrl",
            Problem::NotABase,
        ),
        ("dataFormat: json", "dataFormat", Problem::DataFormat),
        ("fields: x", "fields", Problem::NotAList),
        ("fields: [name, peerid]", "fields[1]", Problem::Field),
        ("publickey: x", "publickey", Problem::Key(KeyError::NotAKey)),
        (
            "publickey: '-----BEGIN PRIVATE KEY-----'",
            "publickey",
            Problem::Key(KeyError::PrivateKey),
        ),
        (
            "previousKeySha256: abc",
            "previousKeySha256",
            Problem::Fingerprint,
        ),
        (
            &format!("description: {{{languages}}}"),
            "description",
            Problem::TooMany,
        ),
        (&format!("services: {{{services}}}"), "services", Problem::TooMany),
        (
            &format!("fields: [{}]", "nif,".repeat(40)),
            "fields",
            Problem::TooMany,
        ),
    ] {
        let key = line.split(':').next().unwrap();
        let base = "intercoopVersion: '1.0'\npeerid: a\nname: b\n";
        let rest: String = base
            .lines()
            .filter(|line| !line.starts_with(key))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(
            problem(&format!("{rest}{line}\n")),
            (path.to_owned(), expected),
            "{line}"
        );
    }
    for text in ["", "x", "- x"] {
        assert_eq!(problem(text), ("descriptor".to_owned(), Problem::NotAMapping));
    }
    assert!(matches!(problem("a: ["), (_, Problem::Yaml(_))));
    assert_eq!(
        problem("peerid: a\nname: b"),
        ("intercoopVersion".to_owned(), Problem::Missing)
    );
    assert_eq!(
        read("peerid: a").unwrap_err().to_string(),
        "intercoopVersion: this is missing"
    );
}

/// Its private half is in upstream's repository, and one of its example descriptors has it.
#[test]
fn the_published_key_is_refused() {
    let pem = include_str!("../../tests/fixtures/published_test_key.pem");
    let key = pem.trim_end().replace('\n', "\n  ");
    assert_eq!(
        problem(&format!("{SMALL}publickey: |\n  {key}\n")),
        ("publickey".to_owned(), Problem::Key(KeyError::PublishedTestKey))
    );
}

#[test]
fn what_is_written_comes_back_without_notes() {
    for text in [FULL, SMALL] {
        let (descriptor, _) = read(text).unwrap();
        let complete = Descriptor {
            peer_version: Some(1),
            previous_key: Some(OURS.public().fingerprint()),
            ..descriptor
        };
        assert_eq!(read(&write(&complete)), Ok((complete, Vec::new())));
    }
}

fn words() -> impl Strategy<Value = String> {
    "\\PC{1,40}".prop_filter("a text that can be shown", |text| {
        text.trim() == text && text.chars().all(crate::shown::is_shown)
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), line in "[a-zA-Z]{1,12}: .{0,40}") {
        let _ = read(&text);
        let _ = read(&format!("{SMALL}{line}\n"));
        let _ = read(&format!("{FULL}{line}\n"));
    }

    #[test]
    fn any_words_come_back(name in words(), texts in proptest::collection::vec(words(), 3), id in "[a-z]{1,8}") {
        let languages = ["es", "no", "ca_ES"].map(str::to_owned).into_iter();
        let texts = Translated::ByLanguage(languages.zip(texts).collect());
        let (small, _) = read(SMALL).unwrap();
        let descriptor = Descriptor {
            name,
            peer_version: Some(0),
            description: Some(texts.clone()),
            info: Some(texts.clone()),
            target: Some(Link::parse("http://127.0.0.1:1/x").unwrap()),
            services: vec![Service {
                id,
                name: texts.clone(),
                description: texts,
                fields: Some(Field::ALL.to_vec()),
                image: None,
                activation: None,
                privacy_policy: None,
            }],
            ..small
        };
        prop_assert_eq!(read(&write(&descriptor)), Ok((descriptor, Vec::new())));
    }
}
