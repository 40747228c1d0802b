//! `cargo xtask bench`: the measurements, each beside its peer, in one run.

use crate::{
    setup,
    shell::{Outcome, cargo, step},
};

pub(crate) fn bench(arguments: &[String]) -> Outcome {
    setup::everything()?;
    step(
        "benches",
        cargo()
            .args(["bench", "--package", "vault-core", "--locked", "--"])
            .args(arguments),
    )
}
