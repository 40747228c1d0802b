//! The demo platform that the program starts by itself when somebody links an account there.

use std::env;

use demo_platform::{Config, Running};
use tokio::sync::Mutex;
use url::Url;

use crate::error::{Answer, AppError};

/// Names a demo platform that runs already.
const ELSEWHERE: &str = "SATCHEL_DEMO_PLATFORM_URL";

/// The demo platform of this program; nothing runs until its address is asked for.
#[derive(Default)]
pub(crate) struct Demo(Mutex<Option<Running>>);

impl Demo {
    /// Where the demo platform is; it is started on a free port when none runs.
    pub(crate) async fn base(&self) -> Answer<Url> {
        let missing = || AppError::new("CON-503");
        if let Ok(named) = env::var(ELSEWHERE) {
            return named.parse().map_err(|_| missing());
        }
        let mut running = self.0.lock().await;
        if running.is_none() {
            *running = Some(
                demo_platform::start(Config::default())
                    .await
                    .map_err(|_| missing())?,
            );
        }
        running
            .as_ref()
            .and_then(|platform| platform.base().parse().ok())
            .ok_or_else(missing)
    }

    /// Ends it.
    pub(crate) async fn stop(&self) {
        if let Some(running) = self.0.lock().await.take() {
            running.shutdown().await;
        }
    }
}
