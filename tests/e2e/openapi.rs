//! The data API against its own document: schemathesis (PyPI) makes requests of every kind that the document allows, and of many that it does not,
//! and looks whether each answer is one that the document names.

use std::{path::Path, process::Command};

use crate::{
    serve::open_and_allow_app,
    support::{
        Home, Run,
        changing::{ChangingApp, manifest},
        platform::Platform,
        served::Served,
    },
};

/// What has to hold of every answer. That a wrong request is refused is tested one by one elsewhere; here the answers have to be of the
/// kinds and shapes that are documented, and none may be a failure of the server.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection,\
                      unsupported_method,ignored_auth";

/// Every scope that the data API has routes for.
const EVERYTHING: [&str; 8] = [
    "profile",
    "work.records",
    "work.summary",
    "payments",
    "ratings",
    "reviews",
    "achievements",
    "restrictions",
];

#[test]
fn every_answer_of_the_data_api_is_one_that_its_document_names() {
    let home = Home::with_vault();
    home.ok(&["persona", "set", "first_name", "Lucía"]);
    let platform = Platform::start(&home, 40);
    platform.connect(&home, "lucia");
    platform.stop();
    // What an app did not ask for raises a question, and the answer waits for the person: this one asks for everything.
    let app = ChangingApp::serve(manifest("Reader", &EVERYTHING, ""));
    home.ok(&["app", "add", &format!("{}/openplatform.json", app.address)]);
    let mut served = Served::start(&home);
    let (_, token) = open_and_allow_app(&home, &mut served, "Reader");

    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/schemathesis/bin/schemathesis");
    let mut command = Command::new(program);
    command
        .current_dir(home.path("."))
        .env("NO_COLOR", "1")
        .arg("run")
        .arg(format!("{}/v1/openapi.json", served.base()))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", CHECKS])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args([
            "--max-examples",
            "40",
            "--seed",
            "20261128",
            "--generation-deterministic",
        ])
        // Waiting for a change takes as long as the caller wants, up to half a minute.
        .args(["--exclude-path", "/v1/changes"]);
    let run = Run::of(&mut command);
    let heard = format!("{}{}", run.stdout, run.stderr);
    assert!(run.code == Some(0), "{heard}");
    assert!(heard.contains("4 passed"), "{heard}");
    served.lock();
}
