//! Where data comes from: platforms and connections, files of platforms, and requests for one’s own data.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use url::Url;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Platform {
    /// List the platforms.
    List,
    /// Show one platform.
    Show { id: String },
    /// Add a platform of your own from a connector file, in place of an earlier one with its id.
    Add(ConnectorFile),
    /// Check a connector file.
    Check(ConnectorFile),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ConnectorFile {
    /// The connector file, in TOML.
    pub(in crate::cli) file: PathBuf,
    /// Let it name plain http on this computer.
    #[arg(long)]
    pub(in crate::cli) allow_loopback: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Connect {
    /// The platform's id.
    pub(in crate::cli) platform: String,
    /// Where the platform is, when it is not at its usual address.
    #[arg(long, value_name = "BASE")]
    pub(in crate::cli) platform_url: Option<Url>,
    /// Your own client id at the platform.
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) client_id: Option<String>,
    /// A file with the secret of that client id.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(in crate::cli) client_secret_file: Option<PathBuf>,
    /// Your relay: an https address that sends the browser on to this computer, or the name that the platform gave to it.
    #[arg(long, value_name = "RELAY")]
    pub(in crate::cli) relay: Option<String>,
    /// Your address at the platform, where it answers by address instead of linking an account.
    #[arg(long, value_name = "ADDRESS", requires = "token_file", conflicts_with_all = ["client_id", "print_url"])]
    pub(in crate::cli) email: Option<String>,
    /// A file with your own token at the platform; it opens your data there, so say it to nobody.
    #[arg(long, value_name = "FILE", requires = "email")]
    pub(in crate::cli) token_file: Option<PathBuf>,
    /// Print the address instead of opening a browser.
    #[arg(long)]
    pub(in crate::cli) print_url: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Connection {
    /// List the connections.
    List,
    /// Fetch what is new.
    Fetch {
        /// The connection; all of them unless named.
        id: Option<String>,
        /// Fetch from every connection.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Type the code of the e-mail that asked whether your address is yours.
    Confirm { id: String, code: String },
    /// Send that e-mail again.
    SendAgain { id: String },
    /// Stop fetching.
    Pause { id: String },
    /// End the link; records are kept unless told otherwise.
    Disconnect {
        id: String,
        /// Delete the records as well.
        #[arg(long)]
        delete_data: bool,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct Import {
    /// Files or folders, as the platform gave them. One that is called like a command is written `./list`.
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// What they are: a platform, or the name of an importer or mapping of yours; found out by what stands in them unless named.
    #[arg(long = "as", value_name = "CONNECTOR")]
    pub(in crate::cli) platform: Option<String>,
    /// Only say what would be done; nothing is stored.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Read the password of an encrypted file from the first line of a file.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) password_file: Option<PathBuf>,
    /// Leave out what they say of other people.
    #[arg(long)]
    pub(in crate::cli) without_people: bool,
    /// Your account's name at the platform, where you have several.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(in crate::cli) account: String,
    /// The zone of times that say none, such as `Europe/Madrid`.
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) time_zone: Option<String>,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<ImportCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ImportCommand {
    /// List the imports.
    List,
    /// Go on with one that was stopped.
    Continue {
        id: String,
        /// Read the password of an encrypted file from the first line of a file.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Show the rows of one that were set aside.
    Aside { id: String },
    /// Show a row that was set aside, whole; with `--set`, correct its cells, and take it as a part of its import.
    Fix {
        id: String,
        /// Its number, as `import aside` shows it.
        row: u64,
        /// Its file, where several have such a row.
        #[arg(long, value_name = "PATH")]
        file: Option<String>,
        /// What a cell should say.
        #[arg(long = "set", value_name = "COLUMN=TEXT")]
        cells: Vec<String>,
        /// Show cells that speak of others, too.
        #[arg(long)]
        people: bool,
    },
    /// Take back what one brought, within thirty days.
    Undo { id: String },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DataRequest {
    /// List the requests.
    List,
    /// List the platforms whose way to ask is known.
    Platforms,
    /// Show one request with what happened.
    Show { id: String },
    /// Begin a request; nothing is sent.
    Begin {
        platform: String,
        /// The language of the letters: en, sv, ca, es, de or fr.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Print a letter.
    Letter {
        id: String,
        /// Which one.
        #[arg(value_enum, default_value_t = LetterKind::Access)]
        kind: LetterKind,
        /// Another language than the request has.
        #[arg(long)]
        language: Option<String>,
    },
    /// Say that you sent it; the month begins on that day.
    Sent {
        id: String,
        /// The day, `2026-11-10`; today unless given.
        #[arg(long, value_name = "DAY")]
        at: Option<String>,
    },
    /// Say what happened.
    Step {
        id: String,
        #[arg(value_enum)]
        what: RequestStep,
        /// The day, `2026-11-10`; today unless given.
        #[arg(long, value_name = "DAY")]
        at: Option<String>,
        /// A note of yours.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Ask no longer.
    Stop { id: String },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum LetterKind {
    Access,
    Reminder,
    Complaint,
    Identity,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum RequestStep {
    Arrived,
    Identity,
    Extended,
    Refused,
    Note,
    Answered,
}
