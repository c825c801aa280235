//! `candour cover`: the letter to the requester by name, made when it is sent and kept nowhere.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use candour_answer::{Cover, cover_letter};
use candour_release::ReleaseJson;
use candour_spec::cover;

use crate::args::Cover as Args;
use crate::console::print;
use crate::failure::Failure;
use crate::files;

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let main = read(&args.release.join("release.json"))?;
    let about = match args.language {
        Some(language) if language != main.about.language => {
            if !main.about.languages.contains(&language) {
                let told = format!("the release is not published in `{language}`");
                return Err(Failure::new(told));
            }
            read(&args.release.join(main.about.file_in(language, "release", "json")))?.about
        }
        _ => main.about,
    };
    let template = match &args.template {
        Some(path) => files::source(path)?.text,
        None => cover(about.language).to_owned(),
    };
    let to = Cover { name: args.name.clone(), address: args.address.clone(), salutation: args.salutation.clone() };
    print(&cover_letter(&template, &about, &to).map_err(Failure::new)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The words of a release in one language.
fn read(path: &Path) -> Result<ReleaseJson, Failure> {
    let told = |reason: String| Failure::new(format!("cannot read `{}`: {reason}", path.display()));
    let bytes = fs::read(path).map_err(|error| told(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| told(error.to_string()))
}
