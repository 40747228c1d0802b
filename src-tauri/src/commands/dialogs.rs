//! The system's dialogs for files and folders.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tokio::sync::oneshot;
use vault_core::VaultError;

use crate::platform::whole_file;

/// Asks for a folder.
pub(crate) async fn folder(app: &AppHandle, title: &str) -> Option<PathBuf> {
    let (send, receive) = oneshot::channel();
    app.dialog()
        .file()
        .set_title(title)
        .pick_folder(move |chosen| drop(send.send(chosen)));
    path(receive.await.ok().flatten())
}

/// Asks for a file that is there.
pub(crate) async fn file(app: &AppHandle, title: &str, kind: &str, endings: &[&str]) -> Option<PathBuf> {
    let (send, receive) = oneshot::channel();
    app.dialog()
        .file()
        .set_title(title)
        .add_filter(kind, endings)
        .pick_file(move |chosen| drop(send.send(chosen)));
    path(receive.await.ok().flatten())
}

/// Asks for a file of any kind.
pub(crate) async fn any_file(app: &AppHandle, title: &str) -> Option<PathBuf> {
    let (send, receive) = oneshot::channel();
    app.dialog()
        .file()
        .set_title(title)
        .pick_file(move |chosen| drop(send.send(chosen)));
    path(receive.await.ok().flatten())
}

/// Asks where to save a file.
pub(crate) async fn save(app: &AppHandle, title: &str, name: &str) -> Option<PathBuf> {
    let (send, receive) = oneshot::channel();
    let mut dialog = app.dialog().file().set_title(title).set_file_name(name);
    // Otherwise the dialog begins wherever the program was started.
    if let Ok(home) = app.path().document_dir().or_else(|_| app.path().home_dir()) {
        dialog = dialog.set_directory(home);
    }
    dialog.save_file(move |chosen| drop(send.send(chosen)));
    path(receive.await.ok().flatten())
}

fn path(chosen: Option<FilePath>) -> Option<PathBuf> {
    chosen?.into_path().ok()
}

/// Writes a file that the person chose, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let mut file = whole_file::begin(path)?;
    file.write_all(bytes)?;
    Ok(whole_file::end(file, path)?)
}

/// A path as it is shown.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
