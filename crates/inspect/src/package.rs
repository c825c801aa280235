//! Packages of Office Open XML (ISO/IEC 29500-2): parts, what leads to them, and what is common to all kinds of documents.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor, Read};

use crate::carrier::{Carrier, Severity, any, package as carrier, properties};
use crate::format;
use crate::limits::Uninspectable;
use crate::ole;
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::xml::{self, Event, Tree};
use crate::zip::{Archive, plain_name, shown_name};

/// A package whose relations are known.
pub(crate) struct Package<'a> {
    pub(crate) archive: Archive<'a>,
    /// The parts that something leads to, by name, in the order in which they are met.
    pub(crate) parts: Vec<Part>,
    /// What leads out of each part.
    relations: BTreeMap<String, Vec<Relation>>,
    seen: BTreeSet<String>,
}

/// A part that something leads to.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its name in the archive.
    pub(crate) name: String,
    /// The last word of the kind of the relation that leads to it.
    pub(crate) kind: String,
}

/// What a part leads to.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// A part's name, or an address outside.
    pub(crate) target: String,
    pub(crate) outside: bool,
}

/// What a package's content types say that it is, as the main part's type.
pub(crate) fn main_type(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"PK\x03\x04") && !crate::zip::is_archive(bytes) {
        return None;
    }
    let archive = Archive::peek(bytes)?;
    let types = archive.peek_bytes(archive.find("[Content_Types].xml")?, 4 << 20)?;
    let types = String::from_utf8_lossy(&types).into_owned();
    const MAINS: &[&str] = &[
        "spreadsheetml.sheet.main+xml",
        "spreadsheetml.template.main+xml",
        "ms-excel.sheet.macroEnabled.main+xml",
        "ms-excel.template.macroEnabled.main+xml",
        "ms-excel.addin.macroEnabled.main+xml",
        "ms-excel.sheet.binary.macroEnabled.main",
        "wordprocessingml.document.main+xml",
        "wordprocessingml.template.main+xml",
        "ms-word.document.macroEnabled.main+xml",
        "ms-word.template.macroEnabledTemplate.main+xml",
        "presentationml.presentation.main+xml",
        "presentationml.slideshow.main+xml",
        "presentationml.template.main+xml",
        "ms-powerpoint.presentation.macroEnabled.main+xml",
        "ms-powerpoint.slideshow.macroEnabled.main+xml",
    ];
    Some(MAINS.iter().find(|main| types.contains(*main)).map_or_else(String::new, |main| (*main).to_owned()))
}

impl<'a> Package<'a> {
    /// Reads the archive and follows all relations.
    ///
    /// # Errors
    /// When the archive or the package's own relations cannot be read.
    pub(crate) fn open(scan: &mut Scan<'_>, bytes: &'a [u8]) -> Result<Self, Uninspectable> {
        let archive = Archive::open(scan, bytes)?;
        let mut package = Self { archive, parts: Vec::new(), relations: BTreeMap::new(), seen: BTreeSet::new() };
        package.tree(scan, "[Content_Types].xml")?;
        let mut waiting = vec![String::new()];
        while let Some(from) = waiting.pop() {
            let relations = package.read_relations(scan, &from)?;
            for relation in &relations {
                if relation.outside || package.parts.iter().any(|part| part.name == relation.target) {
                    continue;
                }
                // Programs take part names without regard to case.
                let plain = plain_name(&relation.target);
                let entry = package.archive.entries().iter().rev().find(|entry| plain_name(&entry.name) == plain);
                match entry.map(|entry| entry.name.clone()) {
                    Some(name) if package.parts.iter().all(|part| part.name != name) => {
                        package.parts.push(Part { name: name.clone(), kind: relation.kind.clone() });
                        waiting.push(name);
                    }
                    Some(_) => {}
                    None if relation.target.is_empty() || relation.target == "NULL" => {}
                    None => {
                        let message = format!("a part of the kind “{}” is not there", shown_name(&relation.kind));
                        scan.find(&carrier::MISSING_PART, Place::part(&shown_name(&relation.target)), message);
                    }
                }
            }
            package.relations.insert(from, relations);
        }
        Ok(package)
    }

    fn read_relations(&mut self, scan: &mut Scan<'_>, from: &str) -> Result<Vec<Relation>, Uninspectable> {
        let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        if self.archive.find(&name).is_none() {
            return if from.is_empty() {
                Err(Uninspectable::new("it is a broken package: it has no relations"))
            } else {
                Ok(Vec::new())
            };
        }
        let tree = self.tree(scan, &name)?;
        let mut relations = Vec::new();
        for child in tree.every("Relationship") {
            let target = child.attr("Target").unwrap_or_default();
            let outside = child.attr("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
            let kind = child.attr("Type").unwrap_or_default();
            let kind = kind.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
            relations.push(Relation {
                id: child.attr("Id").unwrap_or_default().to_owned(),
                kind,
                target: if outside { target.to_owned() } else { resolve(folder, target) },
                outside,
            });
        }
        Ok(relations)
    }

    /// What a part leads to.
    pub(crate) fn relations(&self, from: &str) -> &[Relation] {
        self.relations.get(from).map_or(&[], Vec::as_slice)
    }

    /// The part that a relation leads to.
    pub(crate) fn target(&self, from: &str, id: &str) -> Option<&Part> {
        let relation = self.relations(from).iter().find(|relation| relation.id == id && !relation.outside)?;
        let plain = plain_name(&relation.target);
        self.parts.iter().find(|part| plain_name(&part.name) == plain)
    }

    /// The parts of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Part> {
        self.parts.iter().filter(|part| part.kind == kind).cloned().collect()
    }

    /// A part as a tree; what is odd in its XML is put down.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn tree(&mut self, scan: &mut Scan<'_>, name: &str) -> Result<Tree, Uninspectable> {
        let bytes = self.bytes(scan, name)?;
        let text = utf8(&bytes);
        let (tree, odd) = Tree::read(scan.budget(), Cursor::new(text.as_ref())).map_err(|why| in_part(&why, name))?;
        odd.report(scan, name);
        Ok(tree)
    }

    /// What a part holds.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn bytes(&mut self, scan: &mut Scan<'_>, name: &str) -> Result<Vec<u8>, Uninspectable> {
        self.seen.insert(name.to_owned());
        let entry =
            self.archive.find(name).ok_or_else(|| Uninspectable::new(format!("its part {name} is not there")))?;
        self.archive.bytes(scan.budget(), entry).map_err(|why| in_part(&why, name))
    }

    /// Reads a large part event by event.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn stream(
        &mut self,
        scan: &mut Scan<'_>,
        name: &str,
        visit: impl FnMut(Event<'_>) -> Result<(), Uninspectable>,
    ) -> Result<(), Uninspectable> {
        self.seen.insert(name.to_owned());
        let entry =
            self.archive.find(name).ok_or_else(|| Uninspectable::new(format!("its part {name} is not there")))?;
        let source = self.archive.open_entry(scan.budget(), entry).map_err(|why| in_part(&why, name))?;
        let odd = xml::read(scan.budget(), source, visit).map_err(|why| in_part(&why, name))?;
        odd.report(scan, name);
        Ok(())
    }

    /// Puts down what nothing leads to, and reads what nobody has read, so that no packed byte is unknown.
    pub(crate) fn finish(&mut self, scan: &mut Scan<'_>) {
        let names: Vec<String> =
            self.archive.entries().iter().filter(|entry| !entry.is_folder()).map(|entry| entry.name.clone()).collect();
        for name in names {
            let own = name == "[Content_Types].xml" || self.is_relations(&name);
            if !own && !self.parts.iter().any(|part| part.name == name) {
                if is_leftover(&name) {
                    leftover(scan, &self.archive, &name);
                } else {
                    scan.find(&carrier::UNREACHABLE_PART, Place::part(&shown_name(&name)), "nothing leads to it");
                }
            }
            if !self.seen.contains(&name)
                && let Err(why) = self.drain(scan, &name)
            {
                scan.cannot(Place::part(&shown_name(&name)), &why);
            }
        }
    }

    /// Relations of a part that something leads to.
    fn is_relations(&self, name: &str) -> bool {
        let plain = plain_name(name);
        self.relations.keys().any(|from| {
            let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
            plain == plain_name(&format!("{folder}/_rels/{file}.rels"))
        })
    }

    fn drain(&self, scan: &mut Scan<'_>, name: &str) -> Result<(), Uninspectable> {
        let Some(entry) = self.archive.find(name) else { return Ok(()) };
        let mut source = BufReader::new(self.archive.open_entry(scan.budget(), entry)?);
        std::io::copy(&mut source.by_ref(), &mut std::io::sink()).map_err(|error| crate::zip::reason(&error))?;
        Ok(())
    }

    /// Inspects a part that is a file of its own.
    pub(crate) fn inner(&mut self, scan: &mut Scan<'_>, carrier: &'static Carrier, name: &str, what: &str) {
        match self.bytes(scan, name) {
            Ok(bytes) => {
                scan.find(carrier, Place::part(name), format!("{what}, {} bytes", bytes.len()));
                inner(scan, name, &bytes);
            }
            Err(why) => scan.cannot(Place::part(name), &why),
        }
    }

    /// Inspects a picture.
    pub(crate) fn picture(&mut self, scan: &mut Scan<'_>, name: &str) {
        match self.bytes(scan, name) {
            Ok(bytes) => picture(scan, name, &bytes),
            Err(why) => scan.cannot(Place::part(name), &why),
        }
    }
}

/// Inspects a file in the file: an OLE object by what it wraps.
pub(crate) fn inner(scan: &mut Scan<'_>, name: &str, bytes: &[u8]) {
    match ole::wrapped(bytes) {
        Some(wrapped) => {
            if !wrapped.paths.is_empty() {
                let message =
                    format!("it tells {} names and paths of the file that it was made from", wrapped.paths.len());
                scan.find_as(&properties::FILE_PATH, Severity::Review, Place::part(name), message, wrapped.paths);
            }
            scan.inner_of_any_name(name, &wrapped.bytes);
        }
        None => scan.inner_of_any_name(name, bytes),
    }
}

/// Inspects a picture; one whose format is not read is put down.
pub(crate) fn picture(scan: &mut Scan<'_>, name: &str, bytes: &[u8]) {
    if format::recognise(bytes) == format::Format::Unknown {
        let kind = match bytes {
            [0x89, b'P', b'N', b'G', ..] => "PNG",
            [0xFF, 0xD8, ..] => "JPEG",
            [b'G', b'I', b'F', b'8', ..] => "GIF",
            [b'B', b'M', ..] => "BMP",
            [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "TIFF",
            [1, 0, 0, 0, ..] => "EMF",
            [0xD7, 0xCD, 0xC6, 0x9A, ..] | [1, 0, 9, 0, ..] => "WMF",
            _ => "unknown",
        };
        let message = format!("a picture of {} bytes in a format that is not looked into ({kind})", bytes.len());
        scan.find(&properties::PICTURE, Place::part(name), message);
    } else {
        scan.inner_of_any_name(name, bytes);
    }
}

/// Puts down what was left behind. A part that an office program took out and kept in its trash may hold what the author thinks is deleted.
pub(crate) fn leftover(scan: &mut Scan<'_>, archive: &Archive<'_>, name: &str) {
    let trash = name.starts_with("[trash]/");
    let size = archive.find(name).map_or(0, |entry| entry.size);
    let severity = if trash && size > 0 { Severity::Block } else { Severity::Review };
    let message = format!("no program shows it, {size} bytes");
    scan.find_as(&carrier::LEFTOVER, severity, Place::part(&shown_name(name)), message, Vec::new());
}

/// What operating systems and office programs leave behind.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.starts_with("[trash]/")
        || name.starts_with("__MACOSX/")
        || matches!(name.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini"))
}

fn in_part(why: &Uninspectable, name: &str) -> Uninspectable {
    Uninspectable::new(format!("{} ({})", why.reason, shown_name(name)))
}

/// A target as a name from the root of the package.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.split(['#', '?']).next().unwrap_or_default().replace('\\', "/");
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    let joined = parts.join("/");
    String::from_utf8_lossy(&percent(&joined)).into_owned()
}

/// The bytes that an address stands for: `%20` is a blank.
pub(crate) fn percent(written: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%').then(|| tail.get(..2).and_then(|two| std::str::from_utf8(two).ok())).flatten();
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    bytes
}

/// Does it begin as a text in UTF-16 does?
pub(crate) fn is_wide(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
}

/// XML in UTF-16 as UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(bytes),
    };
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{FFFD}')).collect();
    Cow::Owned(text.trim_start_matches('\u{FEFF}').as_bytes().to_vec())
}

/// Puts down the properties that every office document has. `shown` tells whether readers see a text anyway.
pub(crate) fn properties(
    package: &mut Package<'_>,
    scan: &mut Scan<'_>,
    shown: &dyn Fn(&str) -> bool,
) -> Result<(), Uninspectable> {
    for part in package.parts.clone() {
        let place = || Place::part(&part.name);
        match part.kind.as_str() {
            "core-properties" => {
                let tree = package.tree(scan, &part.name)?;
                for property in &tree.children {
                    let text = property.all_text();
                    let named = matches!(property.local.as_str(), "creator" | "lastModifiedBy");
                    let plain = matches!(
                        property.local.as_str(),
                        "created"
                            | "modified"
                            | "revision"
                            | "lastPrinted"
                            | "language"
                            | "version"
                            | "identifier"
                            | "contentStatus"
                    );
                    property_finding(scan, &part.name, &property.local, &text, named, plain, shown);
                }
            }
            "extended-properties" => {
                let tree = package.tree(scan, &part.name)?;
                for property in &tree.children {
                    let named = matches!(property.local.as_str(), "Manager" | "Company");
                    let told = matches!(property.local.as_str(), "HyperlinkBase" | "Template")
                        && !matches!(property.all_text().as_str(), "Normal.dotm" | "Normal" | "Normal.dot");
                    if named || told {
                        property_finding(scan, &part.name, &property.local, &property.all_text(), named, false, shown);
                    }
                }
            }
            "custom-properties" => {
                let tree = package.tree(scan, &part.name)?;
                let names: Vec<&str> = tree.children.iter().filter_map(|child| child.attr("name")).collect();
                let labels = names.iter().filter(|name| name.starts_with("MSIP_Label_")).count();
                if labels > 0 {
                    scan.find(
                        &properties::LABEL,
                        place(),
                        many(labels, "property of a sensitivity label", "properties of a sensitivity label"),
                    );
                }
                if names.len() > labels {
                    let values = tree
                        .children
                        .iter()
                        .take(5)
                        .map(|child| format!("{}={}", child.attr("name").unwrap_or_default(), child.all_text()));
                    let message = many(names.len() - labels, "custom property", "custom properties");
                    scan.find_as(&properties::CUSTOM_PROPERTY, Severity::Review, place(), message, values.collect());
                }
            }
            "classificationlabels" => {
                package.tree(scan, &part.name)?;
                scan.find(&properties::LABEL, place(), "a sensitivity label");
            }
            "thumbnail" => {
                scan.find(&properties::THUMBNAIL, place(), "a picture of the first page");
                package.picture(scan, &part.name);
            }
            "printerSettings" => {
                let bytes = package.bytes(scan, &part.name)?;
                scan.find(&properties::PRINTER_SETTINGS, place(), many(bytes.len(), "byte", "bytes"));
            }
            "origin" | "signature" | "certificate" => {
                scan.find(&properties::SIGNATURE, place(), "a digital signature");
            }
            "webextension" | "webextensiontaskpanes" | "taskpanes" => {
                scan.find(&properties::WEB_EXTENSION, place(), "an add-in");
            }
            "image" => package.picture(scan, &part.name),
            "customXml" => custom_xml(package, scan, &part.name)?,
            "customXmlProps" | "theme" | "fontTable" | "webSettings" => drop(package.tree(scan, &part.name)?),
            _ => {}
        }
    }
    for relation in package.relations.values().flatten().filter(|relation| relation.outside) {
        if matches!(
            relation.kind.as_str(),
            "hyperlink" | "externalLinkPath" | "attachedTemplate" | "xlPathMissing" | "externalLink"
        ) {
            continue;
        }
        let message = format!("a relation of the kind “{}” leads out of the file", shown_name(&relation.kind));
        let values = vec![relation.target.clone()];
        scan.find_as(&properties::OUTSIDE_TARGET, Severity::Review, Place::default(), message, values);
    }
    Ok(())
}

/// Puts down a property: one that readers see on the pages tells nothing new.
pub(crate) fn property_finding(
    scan: &mut Scan<'_>,
    part: &str,
    property: &str,
    text: &str,
    named: bool,
    plain: bool,
    shown: &dyn Fn(&str) -> bool,
) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let carrier = if named { &properties::AUTHOR } else { &properties::PROPERTY };
    let seen = shown(text);
    let severity = if plain || seen { Severity::Info } else { Severity::Review };
    let told = if seen { ", which readers see in the document too" } else { "" };
    let message = format!("the property “{property}” has {} characters{told}", text.chars().count());
    scan.find_as(carrier, severity, Place::part(part), message, vec![text.to_owned()]);
}

/// Custom XML: what document managers write is looked at by people, a query's data are a copy of the source, and the rest is unknown.
fn custom_xml(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str) -> Result<(), Uninspectable> {
    const USUAL: &[&str] = &[
        "properties",
        "contentTypeSchema",
        "FormTemplates",
        "FormUrls",
        "Sources",
        "LongProperties",
        "CoverPageProperties",
        "customXsn",
        "Receivers",
        "PolicyDirtyBag",
        "SharedContentType",
        "sisl",
        "mappings",
        "templateProperties",
        "s:customData",
        "customSectProps",
        "CustomProps",
        "schema",
    ];
    // Its elements are its own, so that none of them is foreign here.
    let bytes = package.bytes(scan, name)?;
    let (tree, odd) =
        Tree::read(scan.budget(), Cursor::new(utf8(&bytes).as_ref())).map_err(|why| in_part(&why, name))?;
    odd.of_any_namespace().report(scan, name);
    let text = tree.all_text();
    let place = Place::part(name);
    if tree.local == "DataMashup" {
        let message = format!("a query with its steps and sources, {} characters", text.len());
        scan.find(&crate::carrier::workbook::CONNECTION, place, message);
    } else if USUAL.contains(&tree.local.as_str()) || tree.all().count() <= 1 && text.trim().is_empty() {
        scan.find(&properties::CUSTOM_XML, place, format!("“{}”, {} characters", shown_name(&tree.local), text.len()));
    } else {
        let message = format!("“{}” of unknown use, {} characters", shown_name(&tree.local), text.len());
        scan.find_as(&properties::CUSTOM_XML, Severity::Block, place, message, vec![text]);
    }
    Ok(())
}

/// Puts down a part of a kind that a document of this format does not have.
pub(crate) fn unknown(scan: &mut Scan<'_>, part: &Part) {
    let message = format!("a part of the kind “{}”", shown_name(&part.kind));
    scan.find(&carrier::UNKNOWN_PART, Place::part(&shown_name(&part.name)), message);
}

/// Whether parts of a kind say nothing of their own, or are read in every package alike: with [`properties`], or as pictures.
pub(crate) fn is_read_for_all(kind: &str) -> bool {
    matches!(
        kind,
        "core-properties"
            | "extended-properties"
            | "custom-properties"
            | "classificationlabels"
            | "thumbnail"
            | "printerSettings"
            | "origin"
            | "signature"
            | "certificate"
            | "webextension"
            | "webextensiontaskpanes"
            | "taskpanes"
            | "image"
            | "customXml"
            | "customXmlProps"
            | "theme"
    )
}

/// Puts down an embedded file and inspects it.
pub(crate) fn embedded(package: &mut Package<'_>, scan: &mut Scan<'_>, part: &Part) {
    package.inner(scan, &any::EMBEDDED_FILE, &part.name, "an embedded file");
}
