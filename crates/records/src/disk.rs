//! How files are made: a seam at which tests let the disk run full.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: everything in the store.
    Owner,
    /// Whoever the system lets: what is published.
    Anyone,
}

/// Makes files.
pub trait Disk: Sync {
    /// A new file; an error if it is there already.
    ///
    /// # Errors
    /// As the operating system says.
    fn create(&self, path: &Path, readers: Readers) -> io::Result<Box<dyn Write + Send>>;

    /// Writes a whole file and makes sure that it has reached the disk.
    ///
    /// # Errors
    /// As the operating system says.
    fn write(&self, path: &Path, readers: Readers, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path, readers)?;
        let written = file.write_all(bytes).and_then(|()| file.flush());
        drop(file);
        let written = written.and_then(|()| sync(path));
        if written.is_err() {
            // Half a file is worse than none.
            let _ = std::fs::remove_file(path);
        }
        written
    }
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn create(&self, path: &Path, readers: Readers) -> io::Result<Box<dyn Write + Send>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if readers == Readers::Owner {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        Ok(Box::new(options.open(path)?))
    }
}

/// Makes sure that a file or folder has reached the disk.
///
/// # Errors
/// As the operating system says.
pub fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
