//! How files are made: a seam at which tests let the disk run full.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes files.
pub trait Disk: Sync {
    /// A new file, readable by its owner alone; an error if it is there already.
    ///
    /// # Errors
    /// As the operating system says.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>>;

    /// Writes a whole file and makes sure that it has reached the disk.
    ///
    /// # Errors
    /// As the operating system says.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path)?;
        file.write_all(bytes)?;
        file.flush()?;
        drop(file);
        sync(path)
    }
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Box::new(options.open(path)?))
    }
}

/// Makes sure that a file or folder has reached the disk.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
