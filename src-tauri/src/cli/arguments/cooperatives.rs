//! Cooperatives and other peers of Intercoop.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Peer {
    /// Add a cooperative from its descriptor, and pin its key: adding a file by hand counts as the comparison.
    Add { file: PathBuf },
    /// Who is known.
    List,
    /// Forget a cooperative. Its transfers stay.
    Remove { id: String },
    /// Print our own descriptor, for the other side. Giving it away is logged.
    Descriptor,
}

/// Work data, as sums of each month of the last two years.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum WorkData {
    /// Gigs and hours, without money.
    Gigs,
    /// Earnings per currency.
    Earnings,
    /// Average ratings with their counts.
    Ratings,
}

/// To whom a transfer goes, and what for.
#[derive(Debug, Args)]
pub(in crate::cli) struct SendTransfer {
    pub(in crate::cli) peer: String,
    pub(in crate::cli) service: String,
    /// Add work data that they did not ask for; name it again for more.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(in crate::cli) add: Vec<WorkData>,
    /// Show what would be sent, and send nothing.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Your word that it may be sent.
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TransferCommand {
    /// Show every field and value, ask, sign, send, and print the receipt.
    Send(SendTransfer),
    /// Check a receipt, without a vault.
    Verify {
        receipt: PathBuf,
        /// The sender's public key, to compare.
        #[arg(long, value_name = "PEM")]
        key: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Incoming {
    /// What waits, and what was kept.
    List,
    /// Keep it.
    Accept { id: String },
    /// Let it go.
    Discard { id: String },
}
