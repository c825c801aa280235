//! `response.html` before independent eyes: HTML checkers, a checker of accessibility and a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Parking, Ran, candour};

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
    // It knows SVG in a page from before these were allowed there; the other checker knows them.
    let known = ["<svg> proprietary attribute \"font-family\"", "<title> proprietary attribute \"id\""];
    let found: Vec<&str> = ran.err.lines().filter(|line| !known.iter().any(|known| line.ends_with(known))).collect();
    assert!(found.is_empty() && ran.code < 2, "{found:?}");
    // The name of what a chart is written in is no address.
    let page = page.replace(" xmlns=\"http://www.w3.org/2000/svg\"", "");
    for word in ["<script", "http://", "https://", " on", "javascript:"] {
        let found = page.split(word).count() - 1;
        assert!(word == " on" || found == 0, "the page holds `{word}`");
    }
}

/// A package from npm that `cargo xtask test` installs.
fn script(path: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("checks/node_modules").join(path)
}

/// What its checker of style sheets does not know yet, though browsers have since 2023: container queries.
const NOT_KNOWN: &str = ".*CSS: .*(container-type|Unknown dimension|max-width.*Parse Error).*";

#[test]
fn the_nu_checker_finds_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for (name, page) in [("demo", page(folder.path())), ("wide", wide_page("month"))] {
        let path = folder.path().join(format!("{name}.html"));
        fs::write(&path, &page).unwrap();
        let checker = Command::new("java")
            .arg("-jar")
            .arg(script("vnu-jar/build/dist/vnu.jar"))
            .args(["--errors-only", "--filterpattern", NOT_KNOWN])
            .arg(&path)
            .output();
        let ran = Ran::of(&checker.unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
    }
}

/// Whom the page shuts out, by the rules of axe-core: the rules that are broken, and those of which it cannot tell. The contrast
/// of a chart's text is one of these: it looks at no picture's paper.
const SHUT_OUT: &str = "f.contentWindow.axe.run(d).then(r => { document.title = r.passes.length + ' rules kept; ' + \
    JSON.stringify([r.violations, r.incomplete].map(all => all.map(rule => [rule.id, rule.nodes.map(node => node.html)\
    .filter(html => !html.startsWith('<text'))]).filter(rule => rule[1].length))); }), \
    'no answer'";

#[test]
fn a_checker_of_accessibility_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let axe = fs::read_to_string(script("axe-core/axe.min.js")).unwrap();
    let demo = page(folder.path());
    let dark = demo.replace("(prefers-color-scheme: dark)", "all");
    assert_ne!(demo, dark);
    for (number, page) in [demo, dark, wide_page("month")].iter().enumerate() {
        let with_axe =
            page.replace("</body>", &format!("<script>{}</script></body>", axe.replace("</script", "<\\/script")));
        for width in [320, 1280] {
            let found = measure(folder.path(), &with_axe, width, &format!("({SHUT_OUT})"));
            let (kept, broken) = found.split_once(" rules kept; ").unwrap_or(("0", &found));
            // It cannot tell the contrast of cells that have to be scrolled into sight; where all are in sight it can.
            let all_in_sight = number < 2 && width == 1280;
            let expected = if all_in_sight { "[[],[]]" } else { "[[]," };
            assert!(broken.starts_with(expected), "page {number} at {width}: {broken}");
            assert!(kept.parse::<u32>().unwrap() > 20, "too few rules were tried: {kept}");
        }
    }
}

/// What a browser makes of a page at a width: the text that a script gives, which finds the page's document as `d`.
fn measure(folder: &Path, page: &str, width: u32, script: &str) -> String {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let frame = format!(
        "<!doctype html><body><iframe id=f width={width} height=800 srcdoc=\"{quoted}\"></iframe><script>\
         f.onload = () => {{ const d = f.contentDocument; const regions = [...d.querySelectorAll('[role=region]')];\
         document.title = {script}; }};</script>"
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

/// What the page is wider than its window by, whether tables can be reached by key, and headings without a scope.
const SHAPE: &str = "'wider by ' + (d.documentElement.scrollWidth - d.documentElement.clientWidth) + ', regions ' + \
    regions.length + ', focusable ' + regions.filter(r => r.tabIndex === 0).length + ', headings ' + \
    [...d.querySelectorAll('table')].map(t => t.querySelectorAll('th:not([scope])').length).join(' ')";

/// How many captions are cut off, and how many headings of groups that have room in the window, before and after each table
/// is scrolled to its half.
const CUT_OFF: &str = "[0, 0.5].map(part => regions.map(region => { region.scrollLeft = part * region.scrollWidth; \
    const window = region.getBoundingClientRect(); return [...region.querySelectorAll('caption, [scope=colgroup]')].filter(cell => \
    { const range = d.createRange(); range.selectNodeContents(cell); const text = range.getBoundingClientRect(); const box = \
    cell.getBoundingClientRect(); const room = Math.min(box.right, window.right) - Math.max(box.left, window.left); \
    return (cell.tagName === 'CAPTION' || room > text.width + 24) && (text.left < window.left - 1 || text.right > window.right + 1); \
    }).length; })).join(' ')";

/// By how much tables are wider than the page.
const BEYOND_PAPER: &str = "regions.map(region => Math.max(0, region.scrollWidth - region.clientWidth)).join(' ')";

#[test]
fn a_browser_shows_it_on_a_phone_without_scrolling_sideways() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(folder.path());
    for width in [320, 1280] {
        // Four tables and a chart, each in a region that can be focused and scrolled; no heading cell without a scope.
        let shape = measure(folder.path(), &page, width, SHAPE);
        assert_eq!(shape, "wider by 0, regions 5, focusable 5, headings 0 0 0 0");
    }
    assert_eq!(measure(folder.path(), &page, 390, CUT_OFF), "0,0,0,0,0 0,0,0,0,0");
}

/// The page of a table with the months of a year across, or the days of two months.
fn wide_page(every: &str) -> String {
    let parking = Parking::new()
        .change("response.toml", "every = \"year\"", &format!("every = \"{every}\""))
        .change("response.toml", "from = 2022-01-01", if every == "day" { "from = 2023-11-01" } else { "from = 2023-01-01" })
        .change("response.toml", "answer = \"{disabled-bays(year=2022)} notices were issued in 2022 and {disabled-bays(year=2023)} in 2023.\"", "answer = \"See the table.\"")
        .change(
            "response.toml",
            "columns = [{ periods = \"years\", id = \"year\", label = \"Year\" }]",
            "columns = [{ periods = \"years\", level = \"year\", id = \"year\", label = \"Year\" }, { periods = \"years\", id = \"part\", label = \"Part\" }]",
        )
        .change("response.toml", "method = \"assess\"\nthreshold = 5", "method = \"none\"\nreason = \"made up\"");
    parking.ingest().done();
    parking.answer(&["--out", &parking.path("release").display().to_string()]).done();
    fs::read_to_string(parking.path("release/response.html")).unwrap()
}

#[test]
fn a_wide_table_is_named_on_a_phone_and_whole_on_paper() {
    let folder = tempfile::tempdir().unwrap();
    // The width of A4 and of A3 between the margins, in CSS pixels; the widest tables go on A3.
    for (every, paper) in [("month", 1009), ("day", 1474)] {
        let page = wide_page(every);
        assert_eq!(measure(folder.path(), &page, 390, CUT_OFF), "0 0", "{every}");
        assert_eq!(page.contains("class=\"widest\""), every == "day");
        let printed = page.replace("@media print", "@media all");
        assert_eq!(measure(folder.path(), &printed, paper, BEYOND_PAPER), "0", "{every}");
    }
}
