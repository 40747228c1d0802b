//! The icon files of Windows and macOS: containers that hold the drawn PNGs, so that small sizes keep their hand-fitted shapes.

use std::{env, fs, io, path::PathBuf};

use crate::shell::root;

/// The sizes that `icon.ico` holds, in pixels.
const WINDOWS: [u16; 6] = [16, 24, 32, 48, 64, 256];

/// The entries that `icon.icns` holds: the four-letter type of the format, and the size in pixels.
const MACOS: [(&[u8; 4], u16); 9] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
];

/// Set this variable to write the containers anew after a PNG was redrawn.
const WRITE: &str = "SATCHEL_WRITE_ICONS";

#[test]
fn windows_icon_holds_the_drawn_sizes() -> io::Result<()> {
    compare("icon.ico", &ico()?)
}

#[test]
fn macos_icon_holds_the_drawn_sizes() -> io::Result<()> {
    compare("icon.icns", &icns()?)
}

fn compare(name: &str, expected: &[u8]) -> io::Result<()> {
    let path = folder().join(name);
    if env::var_os(WRITE).is_some() {
        fs::write(&path, expected)?;
    }
    assert!(
        fs::read(&path)? == expected,
        "{name} differs from the PNGs: run the tests of xtask with {WRITE}=1"
    );
    Ok(())
}

/// ICO: a directory of 16-byte entries (width and height, 0 for 256), then the images. PNG images are allowed since Windows Vista.
fn ico() -> io::Result<Vec<u8>> {
    let images = WINDOWS.map(png).into_iter().collect::<io::Result<Vec<_>>>()?;
    let mut directory = vec![0, 0, 1, 0];
    directory.extend(length(WINDOWS.len())?.to_le_bytes().iter().take(2));
    let mut offset = length(6 + 16 * WINDOWS.len())?;
    for (size, image) in WINDOWS.iter().zip(&images) {
        let side = u8::try_from(*size).unwrap_or(0);
        directory.extend([side, side, 0, 0, 1, 0, 32, 0]);
        directory.extend(length(image.len())?.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        offset += length(image.len())?;
    }
    Ok([directory, images.concat()].concat())
}

/// ICNS: a header with the length of all, then entries of type, length with its own 8 bytes, and a PNG.
fn icns() -> io::Result<Vec<u8>> {
    let mut entries = Vec::new();
    for (kind, size) in MACOS {
        let image = png(size)?;
        entries.extend(kind);
        entries.extend(length(image.len() + 8)?.to_be_bytes());
        entries.extend(image);
    }
    let header = [&b"icns"[..], &length(entries.len() + 8)?.to_be_bytes()].concat();
    Ok([header, entries].concat())
}

fn png(size: u16) -> io::Result<Vec<u8>> {
    fs::read(folder().join(format!("{size}.png")))
}

fn length(bytes: usize) -> io::Result<u32> {
    u32::try_from(bytes).map_err(io::Error::other)
}

fn folder() -> PathBuf {
    root().join("assets/icons")
}
