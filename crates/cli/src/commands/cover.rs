//! `candour cover`: the letter to the requester by name, made when it is sent and kept nowhere.

use std::fs;
use std::process::ExitCode;

use candour_answer::{Cover, cover_letter};
use candour_release::ReleaseJson;
use candour_spec::COVER;

use crate::args::Cover as Args;
use crate::console::print;
use crate::failure::Failure;
use crate::files;

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let path = args.release.join("release.json");
    let told = |reason: String| Failure::new(format!("cannot read `{}`: {reason}", path.display()));
    let bytes = fs::read(&path).map_err(|error| told(error.to_string()))?;
    let release: ReleaseJson = serde_json::from_slice(&bytes).map_err(|error| told(error.to_string()))?;
    let template = match &args.template {
        Some(path) => files::source(path)?.text,
        None => COVER.to_owned(),
    };
    let to = Cover { name: args.name.clone(), address: args.address.clone(), salutation: args.salutation.clone() };
    print(&cover_letter(&template, &release.about, &to).map_err(Failure::new)?)?;
    Ok(ExitCode::SUCCESS)
}
