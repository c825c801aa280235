//! The files of a release, to the byte: what changes here changes for every reader.

use crate::support::{Parking, files_below};

/// A parking release with nested rows, two column dimensions, subtotals and everything left out that can be.
fn rich() -> Parking {
    let parking = Parking::new()
        .change(
            "response.toml",
            "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }]",
            "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }, { column = \"minutes_over\", bands = \"over\", \
             label = \"Minutes <over>\", not_recorded = \"note\" }]\nsubtotals = true",
        )
        .change("response.toml", "[[table]]", "[bands.over]\nbands = [\"0-10\", \"11-30\"]\n\n[[table]]")
        .change(
            "response.toml",
            "columns = [{ periods = \"years\", id = \"year\", label = \"Year\" }]",
            "columns = [{ periods = \"years\", id = \"year\", label = \"Year\" }, { column = \"paid\", label = \"Paid & settled\", \
             not_recorded = \"show\" }]",
        )
        .change("response.toml", "method = \"assess\"\nthreshold = 5", "method = \"none\"\nreason = \"made-up notices\"");
    parking.ingest().done();
    parking
}

#[test]
fn the_files_of_a_release() {
    let parking = rich();
    let out = parking.path("release").display().to_string();
    parking.answer(&["--out", &out]).done();
    for (name, bytes) in files_below(&parking.path("release")) {
        insta::assert_snapshot!(name.replace('/', "-"), String::from_utf8(bytes).unwrap());
    }
    insta::assert_snapshot!("preview", parking.answer(&["--preview"]).out);
}
