//! The port through which a person is asked: a window, a terminal, or a script in tests.

use std::sync::Arc;

use tokio::runtime::Handle;
use vault_crypto::{Passphrase, SpaceId};
use vault_store::RequestId;

use super::decide::{Decision, Duration};
use super::narrowing::Narrowing;
use crate::{SpaceHandle, VaultError, VaultHandle};

/// Brings a question before a person.
///
/// The vault calls it once for each question, on its own thread, after the question was written down. An implementation only passes the
/// question on and returns at once; the answer comes back through [`SpaceHandle::allow`] and [`SpaceHandle::refuse`]. A question that is
/// never answered ends as refused, so a lost call shares nothing.
pub trait ConsentPrompt: Send + Sync + 'static {
    /// A question waits for the person.
    fn asked(&self, space: SpaceId, request: RequestId);
}

impl VaultHandle {
    /// Says who brings questions before the person; replaces an earlier prompt. Whoever only wants to know of questions watches the
    /// events instead.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn set_prompt(&self, prompt: Arc<dyn ConsentPrompt>) -> Result<(), VaultError> {
        self.run(move |vault| {
            vault.questions.set_prompt(prompt);
            Ok(())
        })
        .await
    }
}

/// What a script answers to every question.
#[derive(Debug, Clone)]
pub enum Script {
    /// No.
    Refuse,
    /// Nothing: the question stays open.
    Ignore,
    /// Yes, to everything that is asked, narrowed like this. What would leave is looked at first.
    Share {
        /// How much.
        narrowing: Narrowing,
        /// For how long.
        duration: Duration,
        /// For shares that need it.
        passphrase: Option<Passphrase>,
    },
}

/// Answers every question by a script, as soon as it is asked.
#[derive(Debug)]
pub struct ScriptedPrompt {
    vault: VaultHandle,
    runtime: Handle,
    script: Script,
}

impl ScriptedPrompt {
    /// A prompt that answers on `runtime`.
    #[must_use]
    pub fn new(vault: VaultHandle, runtime: Handle, script: Script) -> Self {
        Self {
            vault,
            runtime,
            script,
        }
    }
}

impl ConsentPrompt for ScriptedPrompt {
    fn asked(&self, space: SpaceId, request: RequestId) {
        let (vault, script) = (self.vault.clone(), self.script.clone());
        self.runtime.spawn(async move {
            let answered = answer(&vault, space, request, script).await;
            if let Err(error) = answered {
                tracing::warn!(%request, %error, "the script could not answer a question");
            }
        });
    }
}

async fn answer(
    vault: &VaultHandle,
    space: SpaceId,
    request: RequestId,
    script: Script,
) -> Result<(), VaultError> {
    let space: SpaceHandle = vault.space(space).await?;
    match script {
        Script::Ignore => Ok(()),
        Script::Refuse => space.refuse(request).await,
        Script::Share {
            narrowing,
            duration,
            passphrase,
        } => {
            let scopes = space.question(request).await?.scopes;
            let scopes: Vec<_> = scopes.into_iter().map(|asked| asked.scope).collect();
            let preview = space.preview(request, scopes.clone(), narrowing.clone()).await?;
            let decision = Decision {
                scopes,
                narrowing,
                duration,
                preview_sha256: Some(preview.sha256),
                passphrase,
                policy: None,
            };
            space.allow(request, decision).await.map(drop)
        }
    }
}
