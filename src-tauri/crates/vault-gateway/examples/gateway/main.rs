//! Measures the gateway: `cargo run --release --example gateway -p vault-gateway -- throughput`, or `paging`.

mod filled;
mod paging;
mod throughput;

use std::{error::Error, io::Write as _};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    match std::env::args().nth(1).as_deref() {
        Some("throughput") => throughput::measure().await,
        Some("paging") => paging::measure().await,
        _ => Err("usage: gateway throughput|paging".into()),
    }
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "    {line}");
}
