//! A message bus of one test's own.

use super::{Home, Kept};

/// A bus that starts no service by itself.
pub(crate) struct Bus {
    address: String,
    _process: Kept,
}

impl Bus {
    pub(crate) fn start(home: &Home) -> Self {
        let socket = home.path("run/lonely-bus");
        let address = format!("unix:path={}", socket.display());
        let config = home.write(
            "bus.conf",
            &format!(
                "<busconfig><type>session</type><listen>{address}</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                 <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"
            ),
        );
        let mut process = Kept::start(home.environment("dbus-daemon").args([
            "--nofork",
            "--print-address=1",
            "--config-file",
            &config,
        ]));
        process.line();
        Self {
            address,
            _process: process,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}
