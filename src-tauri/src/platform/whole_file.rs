//! Files that the person chose: written so that the name stands for something whole, read up to a limit.

use std::{
    fs::File,
    io::{self, BufWriter, Read as _},
    path::Path,
};

use tempfile::NamedTempFile;

/// A file beside the one that it will become; only this person may read it.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn begin(path: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    Ok(BufWriter::new(NamedTempFile::new_in(folder)?))
}

/// Gives the file its name once its bytes are on the disk; what had the name before is replaced.
///
/// # Errors
/// The bytes could not be written, or the name could not be given.
pub(crate) fn end(file: BufWriter<NamedTempFile>, path: &Path) -> io::Result<()> {
    let file = file.into_inner().map_err(|error| error.into_error())?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// The bytes of a file of at most `limit` bytes.
///
/// # Errors
/// It cannot be read, or is larger.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(more).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::*;

    #[test]
    fn a_name_is_given_only_to_what_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.html");
        fs::write(&path, "old").unwrap();
        let mut file = begin(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        end(file, &path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        drop(begin(&path).unwrap());
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        assert!(begin(&folder.path().join("no/such")).is_err());
    }

    #[test]
    fn no_more_is_read_than_fits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        fs::write(&path, "1234").unwrap();
        assert_eq!(read(&path, 4).unwrap(), b"1234");
        assert!(read(&path, 3).is_err());
    }
}
