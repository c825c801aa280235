//! DOCX and DOCM: text documents of Office Open XML (ISO/IEC 29500-1, 17).

use std::collections::{BTreeMap, BTreeSet};

use crate::carrier::{Carrier, Severity, document as carrier, workbook};
use crate::format::xlsx::{
    drawing_findings, is_telling,
    styles::{alike, rgb},
};
use crate::limits::Uninspectable;
use crate::namespace::Ns;
use crate::package::{self, Package};
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::xml::Tree;

/// Is it a text document?
pub(crate) fn is(bytes: &[u8]) -> bool {
    package::main_type(bytes).is_some_and(|main| main.starts_with("wordprocessingml") || main.starts_with("ms-word"))
}

/// Finds what a text document hides.
///
/// # Errors
/// When it is broken, encrypted or over the limits.
pub(crate) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let mut package = Package::open(scan, bytes)?;
    if package.of_kind("officeDocument").is_empty() {
        return Err(Uninspectable::new("it is a broken package: it has no document"));
    }
    let mut shown = BTreeSet::new();
    for part in package.parts.clone() {
        let place = Place::part(&part.name);
        match part.kind.as_str() {
            "officeDocument" | "header" | "footer" | "footnotes" | "endnotes" => {
                let tree = package.tree(scan, &part.name)?;
                story(scan, &tree, &part.name);
                shown.extend(
                    tree.every("p")
                        .map(|paragraph| paragraph.every("t").map(|text| text.text.as_str()).collect::<String>()),
                );
            }
            "fontTable" | "webSettings" | "font" => {}
            kind if package::is_read_for_all(kind) => {}
            "styles"
            | "stylesWithEffects"
            | "numbering"
            | "keyMapCustomizations"
            | "chartStyle"
            | "chartColorStyle"
            | "diagramLayout"
            | "diagramQuickStyle"
            | "diagramColors"
            | "diagramDrawing"
            | "diagramData"
            | "themeOverride"
            | "attachedToolbars"
            | "commentsExtended"
            | "commentsIds"
            | "commentsExtensible" => {
                package.tree(scan, &part.name)?;
            }
            "settings" => settings(&mut package, scan, &part.name)?,
            "comments" => {
                let tree = package.tree(scan, &part.name)?;
                tell(scan, &workbook::COMMENT, Severity::Block, tree.every("comment"), &place, ["comment", "comments"]);
            }
            "people" => {
                let tree = package.tree(scan, &part.name)?;
                let names: Vec<String> =
                    tree.every("person").filter_map(|one| one.attr("author").map(str::to_owned)).collect();
                if !names.is_empty() {
                    let message = many(
                        names.len(),
                        "person who wrote or commented, with an account",
                        "people who wrote or commented, with their accounts",
                    );
                    scan.find_as(&workbook::COMMENT, Severity::Block, place, message, names);
                }
            }
            "glossaryDocument" => {
                let tree = package.tree(scan, &part.name)?;
                let words: usize = tree.every("t").map(|text| text.text.len()).sum();
                scan.find_as(
                    &carrier::BOUND_CONTROL,
                    Severity::Review,
                    place,
                    format!("building blocks, {words} characters"),
                    Vec::new(),
                );
            }
            "aFChunk" => package.inner(scan, &carrier::IMPORTED_PART, &part.name, "an imported document"),
            "oleObject" | "package" | "embeddedObject" => package::embedded(&mut package, scan, &part),
            "vbaProject" | "wordVbaData" | "vbaProjectSignature" => {
                package.bytes(scan, &part.name)?;
                scan.find(&workbook::MACRO, place, "macros");
            }
            "control" | "activeXControlBinary" => {
                package.bytes(scan, &part.name)?;
                scan.find(&workbook::CONTROL, place, "a form control");
            }
            "chart" | "chartEx" => {
                let tree = package.tree(scan, &part.name)?;
                let points = tree.every("pt").count();
                scan.find_as(
                    &workbook::CHART_CACHE,
                    Severity::Review,
                    place,
                    format!("a chart with {points} stored values"),
                    Vec::new(),
                );
            }
            "recipientData" | "mailMergeRecipientData" => {
                scan.find(&carrier::MAIL_MERGE, place, "a list of recipients")
            }
            _ => package::unknown(scan, &part),
        }
    }
    let seen = |text: &str| shown.iter().any(|known| known.contains(text));
    let telling: Vec<String> = package
        .parts
        .iter()
        .flat_map(|part| package.relations(&part.name))
        .filter(|relation| relation.outside && relation.kind == "hyperlink" && is_telling(&relation.target, &seen))
        .map(|relation| relation.target.clone())
        .collect();
    if !telling.is_empty() {
        let message = many(
            telling.len(),
            "link to a file, to a mail address that is not shown, or with a query",
            "links to files, to mail addresses that are not shown, or with a query",
        );
        scan.find_as(
            &workbook::HYPERLINK,
            Severity::Review,
            Place::default(),
            message,
            telling.into_iter().take(5).collect(),
        );
    }
    package::properties(&mut package, scan, &seen)?;
    package.finish(scan);
    Ok(())
}

/// Elements of one kind, in one finding.
fn tell<'t>(
    scan: &mut Scan<'_>,
    carrier: &'static Carrier,
    severity: Severity,
    found: impl Iterator<Item = &'t Tree>,
    place: &Place,
    [one, more]: [&str; 2],
) {
    let found: Vec<&Tree> = found.collect();
    if !found.is_empty() {
        let values = found.iter().take(5).map(|tree| tree.all_text()).filter(|text| !text.is_empty()).collect();
        scan.find_as(carrier, severity, place.clone(), many(found.len(), one, more), values);
    }
}

/// What a story hides: the text itself, headers, footers, notes.
fn story(scan: &mut Scan<'_>, tree: &Tree, name: &str) {
    let place = Place::part(name);
    let word = |local: &'static str| tree.every(local).filter(|tree| tree.ns == Ns::Word);
    let changes = ["ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"].into_iter().flat_map(word);
    tell(scan, &carrier::TRACKED_CHANGE, Severity::Block, changes, &place, ["tracked change", "tracked changes"]);
    let formats = tree.all().filter(|tree| tree.ns == Ns::Word && tree.local.ends_with("PrChange"));
    tell(
        scan,
        &carrier::FORMAT_CHANGE,
        Severity::Review,
        formats,
        &place,
        ["tracked change of format", "tracked changes of format"],
    );
    let (mut hidden, mut web, mut unseen): (Vec<&Tree>, Vec<&Tree>, Vec<&Tree>) = Default::default();
    for run in word("r") {
        let Some(looks) = run.child("rPr") else { continue };
        let text = run.all_text();
        if text.trim().is_empty() {
            continue;
        }
        let on = |name: &str| looks.child(name).is_some_and(|switch| switch.attr("val").is_none_or(crate::xml::on));
        let size = looks.child("sz").and_then(|size| size.number::<f64>("val"));
        let ink = looks.child("color").and_then(|colour| rgb(colour.attr("val")?));
        let shade = looks.child("shd").and_then(|shade| shade.attr("fill")).and_then(rgb);
        if on("vanish") || on("specVanish") {
            hidden.push(run);
        } else if on("webHidden") {
            web.push(run);
        } else {
            // A ground of its own is needed here: white letters alone are looked at below.
            let alike =
                ink.zip(shade).is_some_and(|(ink, shade)| alike(ink, shade)) && looks.child("highlight").is_none();
            if alike || size.is_some_and(|size| size <= 2.0) {
                unseen.push(run);
            }
        }
    }
    // White letters may stand on the dark ground of a paragraph, a table or a box: only where none of these is, they cannot be seen.
    let grounds = word("shd").any(|shade| shade.attr("fill").is_some_and(|fill| fill != "auto"))
        || word("tblStyle").count() > 0
        || word("txbxContent").count() > 0;
    let white = word("r").filter(|run| {
        let ink = run.child("rPr").and_then(|looks| looks.child("color")).and_then(|colour| rgb(colour.attr("val")?));
        ink.is_some_and(|ink| alike(ink, [1.0; 3])) && !run.all_text().trim().is_empty()
    });
    let severity = if grounds { Severity::Review } else { Severity::Block };
    tell(scan, &carrier::INVISIBLE_TEXT, severity, white, &place, ["run of white text", "runs of white text"]);
    tell(
        scan,
        &carrier::HIDDEN_TEXT,
        Severity::Block,
        hidden.into_iter(),
        &place,
        ["run of hidden text", "runs of hidden text"],
    );
    tell(
        scan,
        &carrier::HIDDEN_TEXT,
        Severity::Review,
        web.into_iter(),
        &place,
        ["run of text that the web view hides", "runs of text that the web view hides"],
    );
    tell(
        scan,
        &carrier::INVISIBLE_TEXT,
        Severity::Block,
        unseen.into_iter(),
        &place,
        ["run of text that cannot be seen", "runs of text that cannot be seen"],
    );
    fields(scan, tree, &place);
    let bound = word("dataBinding");
    tell(
        scan,
        &carrier::BOUND_CONTROL,
        Severity::Review,
        bound,
        &place,
        ["control that is bound to data", "controls that are bound to data"],
    );
    tell(
        scan,
        &carrier::IMPORTED_PART,
        Severity::Block,
        word("altChunk"),
        &place,
        ["imported document", "imported documents"],
    );
    drawing_findings(scan, tree, name);
}

/// Codes of fields: those that number pages and make contents are everywhere.
fn fields(scan: &mut Scan<'_>, tree: &Tree, place: &Place) {
    const USUAL: &[&str] = &[
        "PAGE",
        "NUMPAGES",
        "TOC",
        "PAGEREF",
        "REF",
        "SEQ",
        "STYLEREF",
        "HYPERLINK",
        "SECTIONPAGES",
        "SECTION",
        "TC",
        "XE",
        "INDEX",
        "NOTEREF",
        "FORMTEXT",
        "FORMCHECKBOX",
        "FORMDROPDOWN",
        "SYMBOL",
        "EQ",
        "=",
        "TITLE",
        "DATE",
        "TIME",
        "NUMWORDS",
        "LISTNUM",
    ];
    const LIVE: &[&str] = &[
        "DDE",
        "DDEAUTO",
        "INCLUDETEXT",
        "INCLUDEPICTURE",
        "MERGEFIELD",
        "DATABASE",
        "LINK",
        "IMPORT",
        "RD",
        "NEXT",
        "INCLUDE",
    ];
    let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let simple = tree.every("fldSimple").filter_map(|field| field.attr("instr").map(str::to_owned));
    for code in tree.every("instrText").map(|code| code.text.clone()).chain(simple) {
        let word = code.split_whitespace().next().unwrap_or_default().to_uppercase();
        if word.chars().all(|letter| letter.is_ascii_uppercase()) && word.len() > 1 {
            codes.entry(word).or_default().push(code);
        }
    }
    for (word, all) in codes {
        let message = format!("{} {word}", many(all.len(), "field of the kind", "fields of the kind"));
        if LIVE.contains(&word.as_str()) {
            scan.find_as(
                &carrier::LIVE_FIELD,
                Severity::Block,
                place.clone(),
                message,
                all.into_iter().take(5).collect(),
            );
        } else if !USUAL.contains(&word.as_str()) {
            scan.find_as(
                &carrier::FIELD_CODE,
                Severity::Review,
                place.clone(),
                message,
                all.into_iter().take(5).collect(),
            );
        }
    }
}

fn settings(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str) -> Result<(), Uninspectable> {
    let tree = package.tree(scan, name)?;
    let place = Place::part(name);
    tell(scan, &carrier::DOCUMENT_VARIABLE, Severity::Block, tree.every("docVar"), &place, ["variable", "variables"]);
    tell(scan, &carrier::MAIL_MERGE, Severity::Block, tree.every("mailMerge"), &place, ["mail merge", "mail merges"]);
    tell(
        scan,
        &carrier::REVISION_MARKS,
        Severity::Info,
        tree.every("rsid"),
        &place,
        ["mark of an editing session", "marks of editing sessions"],
    );
    tell(
        scan,
        &workbook::PROTECTION,
        Severity::Review,
        tree.every("documentProtection"),
        &place,
        ["protection", "protections"],
    );
    let templates: Vec<String> = package
        .relations(name)
        .iter()
        .filter(|relation| relation.kind == "attachedTemplate")
        .map(|relation| relation.target.clone())
        .collect();
    if !templates.is_empty() {
        scan.find_as(
            &carrier::ATTACHED_TEMPLATE,
            Severity::Review,
            place.clone(),
            "where its template lies",
            templates,
        );
    }
    let names = tree.every("trackRevisions").count();
    if names > 0 {
        scan.find_as(&carrier::FORMAT_CHANGE, Severity::Info, place, "changes are tracked from now on", Vec::new());
    }
    Ok(())
}
