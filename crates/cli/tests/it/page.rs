//! `response.html` before independent eyes: an HTML checker and a real browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, candour};

/// The page of the demonstration.
fn page(folder: &Path) -> String {
    let out = folder.join("demo");
    candour(["demo", "--out", &out.display().to_string()]).done();
    fs::read_to_string(out.join("release/response.html")).unwrap()
}

#[test]
fn an_html_checker_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(folder.path());
    let path = folder.path().join("page.html");
    fs::write(&path, &page).unwrap();
    let tidy = Command::new("tidy").args(["-quiet", "-errors", "-utf8"]).arg(&path).output();
    let ran = Ran::of(&tidy.unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for word in ["<script", "http://", "https://", " on", "javascript:"] {
        let found = page.split(word).count() - 1;
        assert!(word == " on" || found == 0, "the page holds `{word}`");
    }
}

/// What a browser makes of a page at a width: what it is wider than its window by, and by how much a table may scroll.
fn measure(folder: &Path, page: &str, width: u32) -> String {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let frame = format!(
        "<!doctype html><body><iframe id=f width={width} height=800 srcdoc=\"{quoted}\"></iframe><script>\
         f.onload = () => {{ const d = f.contentDocument; const regions = [...d.querySelectorAll('[role=region]')];\
         document.title = 'wider by ' + (d.documentElement.scrollWidth - d.documentElement.clientWidth) + ', regions ' + regions.length +\
         ', focusable ' + regions.filter(r => r.tabIndex === 0).length + ', headings ' + \
         [...d.querySelectorAll('table')].map(t => t.querySelectorAll('th:not([scope])').length).join(' '); }};</script>"
    );
    let path = folder.join(format!("frame-{width}.html"));
    fs::write(&path, frame).unwrap();
    let chromium = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", folder.join(format!("profile-{width}")).display()))
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", path.display()))
        .output();
    let ran = Ran::of(&chromium.unwrap());
    let title = ran.out.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    assert!(title.is_some(), "the browser gave no title: {}", ran.err);
    title.unwrap().to_owned()
}

#[test]
fn a_browser_shows_it_on_a_phone_without_scrolling_sideways() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(folder.path());
    for width in [320, 1280] {
        // Four tables, each in a region that can be focused and scrolled; no heading cell without a scope.
        assert_eq!(measure(folder.path(), &page, width), "wider by 0, regions 4, focusable 4, headings 0 0 0 0");
    }
}
