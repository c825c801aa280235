//! `candour new`.

use std::process::ExitCode;

use candour_records::{Disk as _, LocalDisk, Readers};

use crate::args::New;
use crate::console::report;
use crate::failure::Failure;

/// A response file to start from: complete in form, to be filled in.
const START: &str = include_str!("new.toml");

pub(crate) fn run(args: &New) -> Result<ExitCode, Failure> {
    let made = !args.dir.exists();
    std::fs::create_dir_all(&args.dir)
        .map_err(|error| Failure::new(format!("cannot make the folder `{}`: {error}", args.dir.display())))?;
    let path = args.dir.join("response.toml");
    if let Err(error) = LocalDisk.write(&path, Readers::Anyone, START.as_bytes()) {
        if made {
            let _ = std::fs::remove_dir(&args.dir);
        }
        let hint = match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                "\n  hint: choose another folder; a response file is never overwritten"
            }
            _ => "",
        };
        return Err(Failure::new(format!("cannot write `{}`: {error}{hint}", path.display())));
    }
    report(&format!(
        "Wrote `{0}`. Fill it in, then mend it with\n  candour answer {0} --store DIR --check\n  candour answer {0} --store DIR --preview",
        path.display()
    ));
    Ok(ExitCode::SUCCESS)
}
