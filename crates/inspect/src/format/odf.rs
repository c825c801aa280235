//! OpenDocument (ISO/IEC 26300): packages and flat files, spreadsheets, texts and presentations.

mod content;

use std::io::{BufRead as _, Cursor};

use crate::carrier::{Severity, any, document, package as packaging, properties, workbook};
use crate::limits::Uninspectable;
use crate::package::{self, is_leftover, property_finding};
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::xml::Tree;
use crate::zip::{Archive, shown_name};

const SHEET: &str = "application/vnd.oasis.opendocument.spreadsheet";
const TEXT: &str = "application/vnd.oasis.opendocument.text";

fn media_type(bytes: &[u8]) -> Option<String> {
    if !crate::zip::is_archive(bytes) {
        return None;
    }
    let archive = Archive::peek(bytes)?;
    if let Some(entry) = archive.find("mimetype") {
        let told = archive.peek_bytes(entry, 1 << 10)?;
        let told = String::from_utf8_lossy(&told).trim().to_owned();
        if told.starts_with("application/vnd.") {
            return Some(told);
        }
    }
    // Some programs leave the media type out: the manifest says it too.
    archive.find("content.xml")?;
    let manifest = archive.peek_bytes(archive.find("META-INF/manifest.xml")?, 1 << 20)?;
    let manifest = String::from_utf8_lossy(&manifest).into_owned();
    let at = manifest.find("application/vnd.oasis.opendocument.")?;
    manifest.get(at..)?.split(['"', '\'']).next().map(str::to_owned)
}

pub(crate) fn is_sheet(bytes: &[u8]) -> bool {
    media_type(bytes).is_some_and(|told| told.starts_with(SHEET))
}

pub(crate) fn is_text(bytes: &[u8]) -> bool {
    media_type(bytes).is_some_and(|told| told.starts_with(TEXT))
}

pub(crate) fn is_other(bytes: &[u8]) -> bool {
    media_type(bytes).is_some_and(|told| told.starts_with("application/vnd.oasis.opendocument"))
}

pub(crate) fn is_flat(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    head.trim_start_matches('\u{FEFF}').trim_start().starts_with('<')
        && head.contains("urn:oasis:names:tc:opendocument:xmlns:office:1.0")
        && head.contains(":document")
}

/// Finds what an OpenDocument package hides.
///
/// # Errors
/// When it is broken, encrypted or over the limits.
pub(crate) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let archive = Archive::open(scan, bytes)?;
    let mut manifest: Vec<String> = Vec::new();
    if archive.find("META-INF/manifest.xml").is_some() {
        let tree = part(scan, &archive, "META-INF/manifest.xml")?;
        if tree.every("encryption-data").count() > 0 {
            return Err(Uninspectable::new("it is encrypted"));
        }
        manifest = tree.every("file-entry").filter_map(|entry| entry.attr("full-path").map(str::to_owned)).collect();
    }
    let content = part(scan, &archive, "content.xml")?;
    let styles = match archive.find("styles.xml") {
        Some(_) => Some(part(scan, &archive, "styles.xml")?),
        None => None,
    };
    let shown = content::findings(scan, &content, styles.as_ref(), "content.xml")?;
    for entry in archive.entries().iter().filter(|entry| !entry.is_folder()) {
        let name = entry.name.clone();
        let listed = manifest
            .iter()
            .any(|path| *path == name || path.ends_with('/') && path.len() > 1 && name.starts_with(path.as_str()));
        // Previews of objects and settings of menus are left out of the manifest by some programs; both are looked at below.
        let own =
            ["META-INF/", "ObjectReplacements/", "Configurations2/"].iter().any(|folder| name.starts_with(folder))
                || name == "mimetype";
        if is_leftover(&name) {
            package::leftover(scan, &archive, &name);
        } else if !listed && !own {
            scan.find(&packaging::UNREACHABLE_PART, Place::part(&shown_name(&name)), "the manifest does not list it");
        }
        if matches!(name.as_str(), "content.xml" | "styles.xml" | "META-INF/manifest.xml") {
            continue;
        }
        if let Err(why) = other_part(scan, &archive, &name, &shown) {
            scan.cannot(Place::part(&shown_name(&name)), &why);
        }
    }
    Ok(())
}

/// Finds what a flat OpenDocument file hides.
///
/// # Errors
/// When it is broken or over the limits.
pub(crate) fn read_flat(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let (tree, odd) = Tree::read(scan.budget(), Cursor::new(package::utf8(bytes).as_ref()))?;
    odd.report(scan, "");
    let shown = content::findings(scan, &tree, Some(&tree), "")?;
    for meta in tree.every("meta").take(1) {
        meta_findings(scan, meta, "", &shown);
    }
    settings(scan, &tree, "");
    let pictures = tree.every("binary-data").count();
    if pictures > 0 {
        scan.find(
            &properties::PICTURE,
            Place::default(),
            format!("{} inside of the XML", many(pictures, "picture or object", "pictures or objects")),
        );
    }
    Ok(())
}

fn part(scan: &mut Scan<'_>, archive: &Archive<'_>, name: &str) -> Result<Tree, Uninspectable> {
    let entry = archive.find(name).ok_or_else(|| Uninspectable::new(format!("it is broken: it has no {name}")))?;
    let mut source = archive.open_entry(scan.budget(), entry)?;
    let start = source.fill_buf().map_err(|error| crate::zip::reason(&error))?;
    // Most parts are read as they unpack, for they can be large.
    let (tree, odd) = if package::is_wide(start) {
        let bytes = archive.bytes(scan.budget(), entry)?;
        Tree::read(scan.budget(), Cursor::new(package::utf8(&bytes).as_ref()))?
    } else {
        Tree::read(scan.budget(), source)?
    };
    odd.report(scan, name);
    Ok(tree)
}

/// A part beside content and styles.
fn other_part(
    scan: &mut Scan<'_>,
    archive: &Archive<'_>,
    name: &str,
    shown: &content::Shown,
) -> Result<(), Uninspectable> {
    let Some(entry) = archive.find(name) else { return Ok(()) };
    let place = || Place::part(&shown_name(name));
    let bytes = archive.bytes(scan.budget(), entry)?;
    let (folder, file) = name.split_once('/').unwrap_or(("", name));
    match (folder, file) {
        ("", "mimetype") => {}
        ("", "meta.xml") => {
            let tree = part(scan, archive, name)?;
            meta_findings(scan, &tree, name, shown);
        }
        ("", "settings.xml") => {
            let tree = part(scan, archive, name)?;
            settings(scan, &tree, name);
        }
        ("", "manifest.rdf") | ("Configurations2", _) | ("", "layout-cache") => {}
        ("META-INF", file) if file.contains("signature") => {
            scan.find(&properties::SIGNATURE, place(), "a digital signature");
        }
        ("META-INF", _) => {}
        ("Thumbnails", _) => {
            scan.find(&properties::THUMBNAIL, place(), "a picture of the first page");
            package::picture(scan, name, &bytes);
        }
        ("Pictures" | "media", _) => package::picture(scan, name, &bytes),
        ("Basic" | "Scripts" | "Dialogs", file) => {
            // The list of an empty library stands in files of programs that were never asked for a macro.
            if !file.ends_with("script-lc.xml") && !file.ends_with("dialog-lc.xml") {
                scan.find(&workbook::MACRO, place(), many(bytes.len(), "byte", "bytes"));
            }
        }
        ("Versions", _) | ("", "VersionList.xml") => {
            scan.find(&document::VERSIONS, place(), many(bytes.len(), "byte", "bytes"));
        }
        ("ObjectReplacements", _) => package::picture(scan, name, &bytes),
        (folder, _)
            if folder.starts_with("Object ")
                && matches!(file, "content.xml" | "styles.xml" | "meta.xml" | "settings.xml") =>
        {
            if file == "content.xml" {
                let tree = part(scan, archive, name)?;
                object(scan, &tree, name, shown)?;
            }
        }
        (_, file) if folder.starts_with("Object ") || file.starts_with("Object ") || folder == "Object" => {
            scan.find(&any::EMBEDDED_FILE, place(), format!("an embedded file, {} bytes", bytes.len()));
            package::inner(scan, name, &bytes);
        }
        ("", "current.xml" | "accelerator") => {}
        _ => scan.find(&packaging::UNKNOWN_PART, place(), many(bytes.len(), "byte", "bytes")),
    }
    Ok(())
}

/// A document in the document: a chart by its table of values, anything else as an embedded file.
fn object(scan: &mut Scan<'_>, tree: &Tree, name: &str, shown: &content::Shown) -> Result<(), Uninspectable> {
    if tree.every("chart").count() > 0 {
        let numbering = numbering(tree);
        let unseen: Vec<String> = tree
            .every("table-cell")
            .filter(|cell| !numbering.contains(&std::ptr::from_ref(*cell)))
            .flat_map(|cell| match cell.attr("value") {
                Some(number) => vec![content::plain_number(number)],
                None => cell.children.iter().map(Tree::all_text).filter(|text| !is_range(text)).collect(),
            })
            .filter(|text| !text.trim().is_empty() && text != "NaN" && !shown.has(text))
            .collect();
        // Names of rows and columns that the program makes up for a chart whose cells have none.
        let unseen: Vec<String> =
            unseen.into_iter().filter(|text| !text.starts_with("Column ") && !text.starts_with("Row ")).collect();
        if !unseen.is_empty() {
            let message =
                format!("{} of a chart are in no cell that readers see", many(unseen.len(), "value", "values"));
            scan.find_as(
                &workbook::CHART_CACHE,
                Severity::Block,
                Place::part(name),
                message,
                unseen.into_iter().take(5).collect(),
            );
        }
    } else if tree.every("math").count() == 0 {
        scan.find(&any::EMBEDDED_FILE, Place::part(name), "an embedded document");
        content::findings(scan, tree, None, name)?;
    }
    Ok(())
}

/// The cells in which a program numbers the rows of a chart whose cells have no labels: `1`, `2`, `3` in the first of each row.
fn numbering(chart: &Tree) -> Vec<*const Tree> {
    let rows = chart.every("table-rows").flat_map(|rows| &rows.children).filter(|row| row.local == "table-row");
    let first: Vec<&Tree> = rows.filter_map(|row| row.child("table-cell")).collect();
    let is_its_number = |(number, cell): (usize, &&Tree)| {
        cell.attr("value").is_none() && cell.all_text().trim() == (number + 1).to_string()
    };
    if first.iter().enumerate().all(is_its_number) {
        first.into_iter().map(std::ptr::from_ref).collect()
    } else {
        Vec::new()
    }
}

/// Does a text say which cells a chart shows, as office programs note it in the chart: `'Table 1'.A2:'Table 1'.A31`?
fn is_range(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(_, cell)| {
        let cell = cell.replace('$', "");
        let row = cell.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        row.len() < cell.len() && !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn meta_findings(scan: &mut Scan<'_>, tree: &Tree, name: &str, shown: &content::Shown) {
    let Some(meta) = tree.every("meta").next() else { return };
    for property in &meta.children {
        let named = matches!(property.local.as_str(), "initial-creator" | "creator" | "printed-by");
        let plain = matches!(
            property.local.as_str(),
            "creation-date"
                | "date"
                | "language"
                | "editing-cycles"
                | "editing-duration"
                | "generator"
                | "document-statistic"
                | "print-date"
        );
        match property.local.as_str() {
            "user-defined" => {
                let values = vec![property.all_text()];
                scan.find_as(
                    &properties::CUSTOM_PROPERTY,
                    Severity::Review,
                    Place::part(name),
                    "a custom property",
                    values,
                );
            }
            "template" => {
                let values = vec![property.attr("href").unwrap_or_default().to_owned()];
                scan.find_as(
                    &document::ATTACHED_TEMPLATE,
                    Severity::Review,
                    Place::part(name),
                    "where its template lies",
                    values,
                );
            }
            local => {
                property_finding(scan, name, local, &property.all_text(), named, plain, &|text| shown.has_within(text))
            }
        }
    }
}

fn settings(scan: &mut Scan<'_>, tree: &Tree, name: &str) {
    let told: Vec<String> = tree
        .every("config-item")
        .filter(|item| {
            matches!(item.attr("name"), Some("PrinterName" | "PrinterSetup")) && !item.text.trim().is_empty()
        })
        .map(|item| item.text.chars().take(100).collect())
        .collect();
    if !told.is_empty() {
        scan.find_as(
            &properties::PRINTER_SETTINGS,
            Severity::Review,
            Place::part(name),
            "name and settings of a printer",
            told,
        );
    }
}
