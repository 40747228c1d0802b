//! How a command fails: a code, words, and the exit code of the contract.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::output;
use crate::error::AppError;

/// The exit code of a passphrase that does not fit.
const WRONG_PASSPHRASE: u8 = 4;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    /// On the heap: nearly every function of the terminal hands this on.
    error: Box<AppError>,
    exit: u8,
    /// What was found out all the same.
    facts: Option<Value>,
    /// Whether stdout holds it already.
    in_document: bool,
}

impl Failure {
    /// Refused or failed.
    pub(super) fn new(code: &str) -> Self {
        AppError::new(code).into()
    }

    /// A value on the command line does not have the form that it needs.
    pub(super) fn usage(details: &str) -> Self {
        Self {
            error: Box::new(AppError::new("SYS-712").with_details(details)),
            exit: 2,
            facts: None,
            in_document: false,
        }
    }

    /// The same, with what the command found out all the same; it stands in the one document beside the code.
    pub(super) fn with_facts(mut self, facts: Value) -> Self {
        self.facts = Some(facts);
        self
    }

    /// The same for a backpack: one that a passphrase did not open ends as a vault does that a passphrase did not open.
    pub(super) fn of_backpack(mut self, by_passphrase: bool) -> Self {
        if by_passphrase && self.error.code == "BPK-502" {
            self.exit = WRONG_PASSPHRASE;
        }
        self
    }

    /// The same, when the document that was printed says it already.
    pub(super) fn said(mut self) -> Self {
        self.in_document = true;
        self
    }

    /// The failure as one line of `serve`.
    pub(super) fn to_json(&self) -> Value {
        json!({ "error": self.error.code, "message": self.error.to_string() })
    }

    /// Says it, and gives the exit code.
    pub(super) fn report(&self, json: bool) -> ExitCode {
        eprintln!("{} ({})", self.error, self.error.code);
        if json && !self.in_document {
            return self.print_json();
        }
        if let Some(facts) = &self.facts {
            // The words and the exit code say that it failed; facts that cannot be written change nothing about that.
            let _ = output::object(false, facts);
        }
        ExitCode::from(self.exit)
    }

    /// Prints it as the one JSON document, and gives the exit code.
    pub(super) fn print_json(&self) -> ExitCode {
        let mut document = json!({ "code": self.error.code, "message": self.error.to_string() });
        if let (Some(members), Some(Value::Object(facts))) = (document.as_object_mut(), &self.facts) {
            members.extend(facts.clone());
        }
        println!("{document}");
        ExitCode::from(self.exit)
    }
}

impl<E: Into<AppError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = Box::new(error.into());
        let exit = match error.code.as_str() {
            "VLT-102" => 3,
            "VLT-101" => WRONG_PASSPHRASE,
            _ => 1,
        };
        Self {
            error,
            exit,
            facts: None,
            in_document: false,
        }
    }
}
