//! To whom data goes: apps, and what they were allowed.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use url::Url;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum App {
    /// Look at an app's description and install it; of one that is installed, see what changed. With `--gigdata`, register an app that
    /// speaks the Gigdata API; its secret is shown this once.
    Add {
        /// Where the app's description is, or the file of a packaged app.
        #[arg(value_name = "URL|FILE.zip", required_unless_present = "gigdata", conflicts_with = "gigdata", value_parser = Wanted::parse)]
        wanted: Option<Wanted>,
        #[command(flatten)]
        consumer: Consumer,
    },
    /// Give an app of the Gigdata API another secret, shown this once; its tokens end.
    RotateSecret { id: String },
    /// Use the new version of an app, as `app show` tells its changes.
    Accept { id: String },
    /// Keep the old version of an app; the new one is not offered again.
    Keep { id: String },
    /// List the apps.
    List,
    /// Show one app.
    Show { id: String },
    /// Set something for an app: profile, settings (as JSON), serial, reference, roles, notifications, sounds. A secret (origin-token,
    /// request-secret, response-secret) comes from a file.
    Set {
        id: String,
        key: String,
        #[arg(required_unless_present = "secret_file", conflicts_with = "secret_file")]
        value: Option<String>,
        /// A file with the secret; an empty one forgets it.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// Open a way out of an app for good: share or services with another app, clipboard, or link with an address.
    Exit {
        id: String,
        way: String,
        target: Option<String>,
        /// Close it again.
        #[arg(long)]
        close: bool,
    },
    /// Remove an app.
    Remove { id: String },
}

/// Where an app is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    /// At an address.
    Address(Url),
    /// In a file.
    File(PathBuf),
}

impl Wanted {
    fn parse(text: &str) -> Result<Self, String> {
        if Path::new(text)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
            && !text.contains("://")
        {
            return Ok(Self::File(text.into()));
        }
        text.parse()
            .map(Self::Address)
            .map_err(|error| format!("{error}"))
    }
}

/// An app that speaks the Gigdata API.
#[derive(Debug, Args)]
pub(in crate::cli) struct Consumer {
    /// Its name.
    #[arg(long, value_name = "NAME", requires = "callback")]
    pub(in crate::cli) gigdata: Option<String>,
    /// Where it is told that you agreed, and what changed.
    #[arg(long, value_name = "URL", requires = "gigdata")]
    pub(in crate::cli) callback: Option<String>,
    /// Where your browser may return to, exactly so; may be given several times.
    #[arg(long = "return", value_name = "URL", requires = "gigdata")]
    pub(in crate::cli) returns: Vec<String>,
    /// Let it ask for reviews and achievements too when it names nothing.
    #[arg(long, requires = "gigdata")]
    pub(in crate::cli) full: bool,
    /// Let it be a program on this computer.
    #[arg(long, requires = "gigdata")]
    pub(in crate::cli) allow_loopback: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Grant {
    /// Who may see what.
    List,
    /// Show one grant.
    Show { id: String },
    /// Take a grant back.
    Revoke { id: String },
    /// The questions that wait for an answer.
    #[command(subcommand)]
    Request(Request),
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Request {
    /// List the open questions.
    List,
    /// Refuse.
    Deny { id: String },
    /// Allow, as much as you say.
    Allow(Allow),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Allow {
    /// The question.
    pub(in crate::cli) id: String,
    /// Only these scopes.
    #[arg(long, value_name = "SCOPE", num_args = 1..)]
    pub(in crate::cli) only: Vec<String>,
    /// Only from these connections.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(in crate::cli) connection: Vec<String>,
    /// Only from this day on.
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) from: Option<String>,
    /// Only up to this day.
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) to: Option<String>,
    /// How exact.
    #[arg(long, value_enum, default_value_t = Precision::Exact)]
    pub(in crate::cli) precision: Precision,
    /// How exact amounts are; rounded is to two significant digits.
    #[arg(long, value_enum, default_value_t = Amounts::Exact)]
    pub(in crate::cli) amounts: Amounts,
    /// How exact places are.
    #[arg(long, value_enum, default_value_t = Places::Exact)]
    pub(in crate::cli) places: Places,
    /// Whether other people's names are told.
    #[arg(long, value_enum, default_value_t = People::Named)]
    pub(in crate::cli) people: People,
    /// For this once.
    #[arg(long, conflicts_with = "until")]
    pub(in crate::cli) once: bool,
    /// Until a day.
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) until: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Amounts {
    Exact,
    Rounded,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Places {
    Exact,
    #[value(name = "1km")]
    Kilometre,
    Hidden,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum People {
    Named,
    Removed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Precision {
    Week,
    Month,
    Exact,
}
