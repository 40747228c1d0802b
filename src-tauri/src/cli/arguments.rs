//! The words of `satchel-cli`: commands and their options.

pub(super) mod cooperatives;
pub(super) mod rokwire;
pub(super) mod sharing;
pub(super) mod sources;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use cooperatives::{Incoming, Peer, TransferCommand};
use rokwire::{CoreApp, Service, ServiceAccount};
use sharing::{App, Grant};
use sources::{Connect, Connection, DataRequest, Import, Platform};

/// Where `connect demo` looks for the demo platform unless told otherwise.
const DEMO_PORT: u16 = 49_010;

/// Satchel without a window: the same vault, the same rules.
#[derive(Debug, Parser)]
#[command(name = "satchel-cli", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten, next_help_heading = "Options of every command")]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options that stand before or after any command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The folder of the vault; the usual place of this computer unless given.
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) vault: Option<PathBuf>,
    /// The space, by name; the first one unless named.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) space: Option<String>,
    /// Print one JSON document (or NDJSON for streams) on stdout.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Read the passphrase from the first line of a file; asked for at the terminal unless given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub(super) passphrase_fd: Option<u32>,
    /// Read a code of the second factor from the first line of a file, where an act needs one; asked for unless given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) code_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make, check and repair the vault.
    #[command(subcommand)]
    Vault(Vault),
    /// The spaces of the vault.
    #[command(subcommand)]
    Space(Space),
    /// Your profile.
    #[command(subcommand)]
    Persona(Persona),
    /// The platforms that Satchel knows.
    #[command(subcommand)]
    Platform(Platform),
    /// Link an account at a platform.
    Connect(Connect),
    /// The linked accounts.
    #[command(subcommand)]
    Connection(Connection),
    /// Take in files that platforms gave you.
    Import(Import),
    /// What is here of each platform, and what is missing.
    Completeness,
    /// Ask platforms for your data.
    #[command(subcommand)]
    Request(DataRequest),
    /// What the platforms hold about you.
    #[command(subcommand)]
    Records(Records),
    /// The apps.
    #[command(subcommand)]
    App(App),
    /// Settings of the space.
    #[command(subcommand)]
    Settings(Settings),
    /// Who may see what, and the questions that wait.
    #[command(subcommand)]
    Grant(Grant),
    /// Applications of Rokwire Core.
    #[command(subcommand)]
    CoreApp(CoreApp),
    /// Services that applications of Rokwire Core use.
    #[command(subcommand)]
    Service(Service),
    /// Backends with standing access.
    #[command(subcommand)]
    ServiceAccount(ServiceAccount),
    /// Cooperatives and other peers of Intercoop.
    #[command(subcommand)]
    Peer(Peer),
    /// Signed transfers to cooperatives.
    #[command(subcommand)]
    Transfer(TransferCommand),
    /// What cooperatives sent here.
    #[command(subcommand)]
    Incoming(Incoming),
    /// What left, and what was refused.
    #[command(subcommand)]
    Log(Log),
    /// Carry everything away, and bring it back.
    #[command(subcommand)]
    Backpack(Backpack),
    /// Run the demo platform in the foreground.
    DemoPlatform(DemoPlatform),
    /// Unlock, and run the loopback gateway in the foreground.
    Serve,
}

#[derive(Debug, Subcommand)]
pub(super) enum Vault {
    /// Make a vault.
    Create {
        /// The port of the loopback gateway; a random free one unless given.
        #[arg(long, value_name = "N")]
        port: Option<u16>,
        /// Write the recovery kit to a new file; shown once on stderr unless given.
        #[arg(long, value_name = "FILE")]
        recovery_out: Option<PathBuf>,
    },
    /// What is known of the vault without opening it.
    Status,
    /// Read everything once and say whether it is whole.
    Check,
    /// Change the passphrase.
    Passphrase {
        /// Read the new passphrase from the first line of a file.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Open the vault with the recovery kit and set a new passphrase.
    Recover {
        /// The kit's file, or a file that holds only the code.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: PathBuf,
    },
    /// Put damaged files back from their safe copies.
    Repair,
    /// Sign with another issuer key from now on. What was signed before stays good; whoever checks by the former key has to be given the new one.
    RotateKey,
}

#[derive(Debug, Subcommand)]
pub(super) enum Space {
    /// List the spaces.
    List,
    /// Make a space.
    Add { name: String },
    /// Remove a space and all that is in it.
    Remove { name: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Persona {
    /// Show every field.
    Show,
    /// Show the ids that you have in other systems, or set one; no value clears it.
    External {
        system: Option<String>,
        value: Option<String>,
    },
    /// Set a field; no value clears it.
    Set {
        field: String,
        #[arg(value_name = "VALUE")]
        values: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Records {
    /// List records, newest first.
    List(RecordFilter),
    /// Search in all words, amounts and dates.
    Search { text: String },
    /// Show one record with where it came from.
    Show { id: String },
    /// Counts and sums.
    Summary,
    /// Add an entry of your own.
    Add {
        /// The kind of record.
        kind: String,
        /// What it says: start, end, type, title, text, distance_m, amount, currency, and for ratings rating, rating_name, rating_min,
        /// rating_max. For example `start=2026-11-20 title=Harvest amount=12.50 currency=EUR`.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct RecordFilter {
    /// Only this kind.
    #[arg(long, value_name = "K")]
    pub(super) kind: Option<String>,
    /// Only this platform.
    #[arg(long, value_name = "P")]
    pub(super) platform: Option<String>,
    /// From this day on.
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Up to and including this day.
    #[arg(long, value_name = "DATE")]
    pub(super) to: Option<String>,
    /// At most so many; all unless given.
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Settings {
    /// List the settings.
    List,
    /// Show one setting.
    Get { key: String },
    /// Change a setting. A secret, such as mail.password, comes from a file.
    Set {
        key: String,
        #[arg(required_unless_present = "secret_file", conflicts_with = "secret_file")]
        value: Option<String>,
        /// A file with the secret; an empty one forgets it.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// List what left and what was refused, newest first.
    List {
        /// From this day on.
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
    /// Check that no entry was changed or removed.
    Verify,
    /// Write the log, with a signed last line: as a page to read where the name ends in .html, else one entry a line.
    Export { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(super) enum Backpack {
    /// Pack everything into one file.
    Export {
        file: PathBuf,
        /// With sign-ins and keys, for moving to another computer.
        #[arg(long)]
        full: bool,
        /// Lock it for this key.
        #[arg(long, value_name = "AGE1…", num_args = 1.., conflicts_with = "backpack_passphrase_file")]
        recipient: Vec<String>,
        /// Lock it with the passphrase in this file.
        #[arg(long, value_name = "FILE")]
        backpack_passphrase_file: Option<PathBuf>,
    },
    /// Check a backpack without bringing anything in.
    Verify {
        file: PathBuf,
        #[command(flatten)]
        key: OpenKey,
    },
    /// Bring a backpack in.
    Restore {
        file: PathBuf,
        #[command(flatten)]
        key: OpenKey,
        /// Into a new vault in this folder.
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct OpenKey {
    /// The passphrase that the backpack was locked with.
    #[arg(long, value_name = "FILE")]
    pub(super) backpack_passphrase_file: Option<PathBuf>,
    /// A file with an age key.
    #[arg(long, value_name = "FILE", conflicts_with = "backpack_passphrase_file")]
    pub(super) identity_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DemoPlatform {
    /// The port; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = DEMO_PORT)]
    pub(super) port: u16,
    /// How many gigs.
    #[arg(long, value_name = "N")]
    pub(super) records: Option<u32>,
    /// Another seed makes other people.
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// Misbehave in a named way.
    #[arg(long, value_name = "NAME")]
    pub(super) fault: Option<String>,
}
