//! Printing a page into a file, without a dialog.

use std::{cell::RefCell, fs, io, os::unix::fs::PermissionsExt as _, path::Path, rc::Rc};

use gtk::glib;
use tauri::{Url, WebviewWindow};
use tokio::sync::oneshot;
use webkit2gtk::{PrintOperation, PrintOperationExt as _, WebView};

/// Prints the page of a window, as it is styled for paper, into a PDF file that only this person may read.
///
/// # Errors
/// The engine could not print it, or the file could not be written.
pub(crate) async fn into_pdf(window: &WebviewWindow, path: &Path) -> io::Result<()> {
    let target = Url::from_file_path(path).map_err(|()| io::ErrorKind::InvalidInput)?;
    let (done, outcome) = oneshot::channel();
    window
        .with_webview(move |webview| print(&webview.inner(), &target, done))
        .map_err(io::Error::other)?;
    outcome
        .await
        .map_err(io::Error::other)?
        .map_err(io::Error::other)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

fn print(page: &WebView, target: &Url, done: oneshot::Sender<Result<(), glib::Error>>) {
    let settings = gtk::PrintSettings::new();
    // GTK knows its file printer by a name in the language of the desktop.
    settings.set_printer(&glib::dgettext(Some("gtk30"), "Print to File"));
    settings.set("output-file-format", Some("pdf"));
    settings.set("output-uri", Some(target.as_str()));
    let operation = PrintOperation::builder()
        .web_view(page)
        .print_settings(&settings)
        .build();
    let done = Rc::new(RefCell::new(Some(done)));
    let failed = Rc::clone(&done);
    operation.connect_failed(move |_, error| end(&failed, Err(error.clone())));
    // A failure is told first, and then that it is finished. The operation is kept until then.
    let kept = RefCell::new(Some(operation.clone()));
    operation.connect_finished(move |_| {
        end(&done, Ok(()));
        kept.take();
    });
    operation.print();
}

type Done = RefCell<Option<oneshot::Sender<Result<(), glib::Error>>>>;

fn end(done: &Done, outcome: Result<(), glib::Error>) {
    if let Some(done) = done.take() {
        let _ = done.send(outcome);
    }
}
