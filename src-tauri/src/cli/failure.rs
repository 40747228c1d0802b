//! How a command fails: a code, words, and the exit code of the contract.

use std::process::ExitCode;

use serde_json::json;

use crate::error::AppError;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    /// On the heap: nearly every function of the terminal hands this on.
    error: Box<AppError>,
    exit: u8,
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
        }
    }

    /// The failure as one line of `serve`.
    pub(super) fn to_json(&self) -> serde_json::Value {
        json!({ "error": self.error.code, "message": self.error.to_string() })
    }

    /// Says it, and gives the exit code.
    pub(super) fn report(&self, json: bool) -> ExitCode {
        if json {
            println!(
                "{}",
                json!({ "code": self.error.code, "message": self.error.to_string() })
            );
        }
        eprintln!("{} ({})", self.error, self.error.code);
        ExitCode::from(self.exit)
    }
}

impl<E: Into<AppError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = Box::new(error.into());
        let exit = match error.code.as_str() {
            "VLT-102" => 3,
            "VLT-101" => 4,
            _ => 1,
        };
        Self { error, exit }
    }
}
