//! Pages and pictures in markup.

use candour_inspect::{Format, Severity};
use proptest::prelude::*;

use crate::{found, inspect};

#[test]
fn each_carrier_is_found_and_its_twin_is_not() {
    let cases: &[(&str, &[&str])] = &[
        ("<p>seen", &[]),
        ("<p hidden>Joan</p>", &["html-hidden-text"]),
        ("<p style='display: none'>Joan</p>", &["html-hidden-text"]),
        ("<p style='display: block'>Joan</p>", &[]),
        ("<style>.x { display: none }</style><p class='a x'>Joan</p>", &["html-hidden-text"]),
        ("<style>.x { display: none }</style><p class=xy>Joan</p>", &[]),
        ("<style>@media print { .x { display: none } }</style><p class=x>Joan</p>", &[]),
        ("<div hidden><br><p>Joan</div>seen", &["html-hidden-text"]),
        ("<template>Joan</template>", &["html-hidden-text"]),
        ("<noscript>Joan</noscript>", &["html-hidden-text"]),
        ("<!-- Joan -->", &["html-comment"]),
        ("<!-- ***** -->", &[]),
        ("<script>1</script>", &["html-script"]),
        ("<p onclick='x()'>a", &["html-script"]),
        ("<td data-value=5.123>5</td>", &["html-data"]),
        ("<input type=hidden value=7>", &["html-hidden-text"]),
        ("<meta name=author content=Joan>", &["html-metadata"]),
        ("<img src='https://example.org/a.png'>", &["html-external"]),
        ("<a href='https://example.org/'>a</a>", &[]),
        ("<p style='position: absolute; left: -9999px'>Joan</p>", &["html-hidden-text"]),
        ("<p style='position: absolute; left: -9px'>seen</p>", &[]),
        // A link past the head of the page, for who goes by keyboard.
        (
            "<style>.skip { left: -999rem } .skip:focus { left: 1rem }</style><a class=skip href='#main'>On</a><p>seen</p>",
            &[],
        ),
        ("<style>.skip { left: -999rem }</style><a class=skip href='#main'>On</a><p>seen</p>", &["html-hidden-text"]),
        (
            "<style>.skip { left: -999rem } .skip:focus { left: -1000rem }</style><a class=skip href='#main'>On</a><p>seen</p>",
            &["html-hidden-text"],
        ),
        (
            "<style>.skip { left: -999rem } .skip:focus { left: 1rem }</style><p class=skip>Joan</p><p>seen</p>",
            &["html-hidden-text"],
        ),
        ("<style>.x { clip: rect(0 0 0 0) }</style><p class=x>Joan</p>", &["html-hidden-text"]),
        ("<p style='color: #fff'>Joan</p>", &["html-hidden-text"]),
        ("<p style='color: #fff'><span style='color: black'>seen</span></p>", &[]),
        ("<p style='color: transparent'>Joan</p>", &["html-hidden-text"]),
        ("<p style='color: white; background: #FFFFFF'>Joan</p>", &["html-hidden-text"]),
        ("<p style='color: white; background: navy'>seen</p>", &[]),
        ("<div style='background: navy'><p style='color: white'>seen</p></div>", &[]),
        ("<style>p { color: red } /*# sourceMappingURL=a.css.map */</style><p>seen</p>", &["html-external"]),
        ("<img src='data:image/png;base64,AAAA'>", &["embedded-file", "uninspectable"]),
        ("<img src='data:image/png;base64,!'>", &["uninspectable"]),
        ("<img src='data:image/svg+xml,%3Csvg%3E%3Ctext%3E5%3C/text%3E%3C/svg%3E'>", &[]),
        (
            "<img src='data:image/svg+xml;base64,PHN2Zz48ZyBkaXNwbGF5PSdub25lJz48dGV4dD5Kb2FuPC90ZXh0PjwvZz48L3N2Zz4='>",
            &["html-hidden-text"],
        ),
        (
            "<p style='background: url(data:image/svg+xml,%3Csvg%3E%3Cmetadata%3EJoan%3C/metadata%3E%3C/svg%3E)'>seen</p>",
            &["svg-editor-data"],
        ),
        ("<a href='data:text/csv,a,b%0A1,2%0A3,4%0A'>all records</a>", &["embedded-file"]),
    ];
    for (body, carriers) in cases {
        let report = inspect("a.html", format!("<!doctype html><html><body>{body}</body></html>").as_bytes());
        assert_eq!(report.format, Format::Html, "{body}");
        assert_eq!(found(&report, Severity::Review), *carriers, "{body}: {:?}", report.findings);
    }
    let head = "<!doctype html>\n<html>\n<head>\n<meta name='author' content='Joan'/>\n</head>\n<body><p>seen</p></body>\n</html>\n";
    assert_eq!(found(&inspect("a.html", head.as_bytes()), Severity::Review), ["html-metadata"]);
}

#[test]
fn a_piece_of_a_page_is_read() {
    let report = inspect("a.html", b"<table border=1>\n<tr hidden><td>Joan</td></tr></table>");
    assert_eq!((report.format, found(&report, Severity::Review)), (Format::Html, vec!["html-hidden-text"]));
    assert_eq!(inspect("a.xml", b"<records><a>1</a></records>").format, Format::Unknown);
}

#[test]
fn pictures_are_told_from_pages() {
    let picture = |inner: &str| format!("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>");
    let cases: &[(&str, &[&str])] = &[
        ("<title>Chart</title><text>5</text>", &[]),
        ("<metadata>Joan</metadata>", &["svg-editor-data"]),
        (
            "<metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
             <rdf:Description><dc:creator>Joan</dc:creator></rdf:Description></rdf:RDF></metadata>",
            &["svg-editor-data"],
        ),
        ("<g inkscape:export-filename='C:/Joan'/>", &["svg-editor-data"]),
        ("<g display='none'><text>Joan</text></g>", &["html-hidden-text"]),
    ];
    for (inner, carriers) in cases {
        let report = inspect("a.svg", picture(inner).as_bytes());
        assert_eq!(report.format, Format::Svg, "{inner}");
        assert_eq!(found(&report, Severity::Review), *carriers, "{inner}: {:?}", report.findings);
    }
    let described = inspect("a.svg", picture("<desc>by Joan</desc>").as_bytes());
    assert_eq!(found(&described, Severity::Info), ["svg-description"]);
}

proptest! {
    #[test]
    fn no_markup_makes_it_panic(markup in "[<>/!a-c \"'=&;{}:-]{0,80}") {
        inspect("a.html", format!("<html><style>{markup}</style>{markup}").as_bytes());
    }
}

/// What is found at or above review in the body of a page with this style sheet.
fn styled(sheet: &str, body: &str) -> Vec<(Severity, &'static str)> {
    let page = format!("<!doctype html><html><head><style>{sheet}</style></head><body>{body}</body></html>");
    let findings = inspect("a.html", page.as_bytes()).findings;
    let found = findings.into_iter().filter(|finding| finding.severity >= Severity::Review);
    found.map(|finding| (finding.severity, finding.carrier.id)).collect()
}

const HIDDEN: &[(Severity, &str)] = &[(Severity::Block, "html-hidden-text")];
const DOUBTFUL: &[(Severity, &str)] = &[(Severity::Review, "html-hidden-text")];
const NOTHING: &[(Severity, &str)] = &[];

#[test]
fn each_way_to_hide_is_found_and_its_twin_is_not() {
    for (hides, shows) in [
        ("display: none", "display: flex"),
        ("visibility: collapse", "visibility: visible"),
        ("opacity: 0%", "opacity: 10%"),
        ("font-size: 0", "font-size: 9px"),
        ("font: bold 0/1 serif", "font: 700 9pt/1 serif"),
        ("font-size: calc(1em * 0)", "font-size: calc(1em * .5)"),
        ("position: absolute; inset: -9999px auto auto 0", "position: absolute; inset: -9px auto auto 0"),
        ("margin-left: -200em", "margin-left: -100%"),
        ("text-indent: 100%; overflow: hidden; white-space: nowrap", "text-indent: 2em"),
        ("left: 10000px; position: fixed", "left: 100px; position: fixed"),
        ("transform: translateX(-9999px)", "transform: translate(-50%, -50%)"),
        ("transform: scale(0)", "transform: scale(.5)"),
        ("transform: rotateY(90deg)", "transform: rotateY(180deg)"),
        ("transform: matrix(0, 0, 0, 0, 0, 0)", "transform: matrix(1, 0, 0, 1, 0, 0)"),
        ("scale: 0", "scale: 2"),
        ("clip: rect(1px, 1px, 1px, 1px)", "clip: rect(0, 90px, 90px, 0)"),
        ("clip-path: inset(50%)", "clip-path: inset(10%)"),
        ("clip-path: circle(0 at 50% 50%)", "clip-path: circle(50% at 0 0)"),
        ("clip-path: polygon(0 0, 0 0, 0 0)", "clip-path: polygon(0 0, 100% 0, 0 100%)"),
        ("width: 1px; height: 1px; overflow: hidden", "width: 1px; height: 1px"),
        ("max-height: 0; overflow-y: hidden", "max-height: 9em; overflow-y: hidden"),
        ("content-visibility: hidden", "content-visibility: auto"),
        ("filter: opacity(0)", "filter: opacity(1)"),
        ("color: white", "color: black"),
        ("color: rgb(250 250 250 / 100%)", "color: rgb(0 0 250 / 100%)"),
        ("color: hsl(120, 100%, 100%)", "color: hsl(120, 100%, 20%)"),
        ("color: #00000000", "color: #000000FF"),
        ("color: navy; background: NAVY", "color: navy; background: yellow"),
        ("background: currentcolor", "background: none"),
        ("color: red; -webkit-text-fill-color: #fff", "color: red; -webkit-text-fill-color: #000"),
        ("color: transparent", "color: transparent; background: linear-gradient(red, blue); background-clip: text"),
        ("color: white", "color: white; text-shadow: 0 0 2px black"),
        ("color: white", "color: white; background: url(dark.png)"),
    ] {
        assert_eq!(styled(&format!("p {{ {hides} }}"), "<p>Joan"), HIDDEN, "{hides}");
        assert_eq!(styled(&format!("p {{ {shows} }}"), "<p>seen"), NOTHING, "{shows}");
        assert_eq!(styled("", &format!("<p style='{hides}'>Joan")), HIDDEN, "{hides}");
    }
}

#[test]
fn selectors_hold_for_what_they_say() {
    let body = "<div id=a class='b c' lang=en-GB><p>1</p><p title=x>2</p>3<ul><li>4<li>5<li>6</ul></div><table><tr><td>7</table>";
    for (selector, hidden) in [
        ("#a", 6),
        ("div.b.c", 6),
        ("#A", 0),
        (".b > p", 2),
        ("body > p", 0),
        ("html p, .x", 2),
        ("p + p", 1),
        ("p ~ ul li", 3),
        ("ul ~ p", 0),
        ("li:nth-child(odd)", 2),
        ("li:nth-child(-n + 2)", 2),
        ("li:nth-child(2n)", 1),
        ("li:nth-last-of-type(1)", 1),
        ("li:first-child, li:last-child", 2),
        ("li:not(:first-child)", 2),
        (":is(p, li):not([title])", 4),
        (":where(#a) p:only-of-type", 0),
        ("[lang|=en] li", 3),
        ("[title^=x]", 1),
        ("[title='X' i]", 1),
        ("[class~=c]", 6),
        ("[class*=d]", 0),
        ("p:hover", 0),
        ("table > tbody > tr > td", 1),
        ("table > tr", 0),
        ("div { & p { display: none } x", 2),
        ("div { > p { display: none } x", 2),
        ("@supports (display: grid) { li", 3),
        ("p:empty", 0),
        ("\\70 ", 2),
        ("svg|p", 2),
    ] {
        let page = format!("<style>{selector} {{ display: none }}</style>{body}");
        let report = inspect("a.html", page.as_bytes());
        let message = report.findings.first().map(|finding| finding.message.as_str()).unwrap_or_default();
        let expected =
            if hidden == 0 { String::new() } else { format!("{hidden} characters hidden by a style (display)") };
        assert_eq!(message, expected, "{selector}");
    }
}

#[test]
fn the_declaration_that_wins_decides() {
    for (sheet, hidden) in [
        ("p { display: none } p { display: block }", false),
        ("p { display: block } p { display: none }", true),
        (".x { display: none } p { display: block }", true),
        ("p { display: none !important } .x { display: block }", true),
        (":where(.x) { display: none } p { display: block }", false),
        ("#y, p { display: none } body p { display: block }", false),
        (":is(#y, p) { display: none } body p.x { display: block }", true),
        ("@layer a { .x { display: none } } p { display: block }", false),
        ("@layer a { p { display: none !important } } .x { display: block !important }", true),
        ("@layer a, b; @layer b { p { display: none } } @layer a { .x { display: block } }", true),
        ("body { --d: none } p { display: var(--d) }", true),
        ("body { --d: none } p { --d: block; display: var(--d) }", false),
        ("p { display: var(--e, none) }", true),
        ("p { --d: var(--d); display: var(--d, none) }", true),
        ("p { display: none; display: var(--nothing) }", false),
        ("body { color: white } p { background: black }", false),
        ("body { background: black; color: white } p { background: white }", true),
        ("body { background: black } p { color: white }", false),
        ("body { visibility: hidden } p { visibility: visible }", false),
        ("body { opacity: 0 } p { opacity: 1 }", true),
        ("body { font-size: 0 } p { font-size: 1rem }", false),
        ("body { font-size: 0 } p { font-size: 2em }", true),
    ] {
        let expected = if hidden { HIDDEN } else { NOTHING };
        assert_eq!(styled(sheet, "<p class=x>Joan"), expected, "{sheet}");
    }
    assert_eq!(styled("p { display: none }", "<p style='display: block'>seen"), NOTHING);
    assert_eq!(styled("p { display: none !important }", "<p style='display: block'>Joan"), HIDDEN);
    assert_eq!(styled("p { display: block }", "<p hidden>seen"), NOTHING);
    // A link has a colour of its own.
    assert_eq!(styled("p { color: white }", "<p><a href=x>seen</a>"), NOTHING);
}

#[test]
fn the_screen_decides_and_what_other_media_show_is_looked_at() {
    for (sheet, expected) in [
        ("@media print { p { display: none } }", NOTHING),
        ("@media screen { p { display: none } }", DOUBTFUL),
        ("p { display: none } @media print { p { display: block } }", DOUBTFUL),
        ("p { display: none } @media (max-width: 600px) { p { display: block } }", DOUBTFUL),
        ("@media (max-width: 600px) { p { display: none } }", NOTHING),
        ("@media (width > 600px) and (min-height: 1px) { p { display: none } }", DOUBTFUL),
        ("@media screen, print { p { display: none } }", HIDDEN),
        ("@media not print { p { display: none } }", DOUBTFUL),
        ("@media (prefers-color-scheme: dark) { p { display: none } }", NOTHING),
        ("@media not speech { p { display: none } }", HIDDEN),
        ("@media { p { display: none } }", HIDDEN),
    ] {
        assert_eq!(styled(sheet, "<p>Joan"), expected, "{sheet}");
    }
    let page = b"<style media=print>p { display: none }</style><p>seen";
    assert_eq!(found(&inspect("a.html", page), Severity::Info), ["html-hidden-text"]);
    assert_eq!(found(&inspect("a.html", page), Severity::Review), Vec::<&str>::new());
}

#[test]
fn what_cannot_be_decided_is_looked_at() {
    for (sheet, expected) in [
        ("p:has(b) { display: none }", DOUBTFUL),
        ("p:has(b) { color: red }", NOTHING),
        ("p:not(:has(b)) { display: none }", DOUBTFUL),
        ("div:has(b) { display: none }", NOTHING),
        ("@container (width > 9px) { p { display: none } }", DOUBTFUL),
        ("@media (aspect-ratio: 3/2) { p { display: none } }", DOUBTFUL),
        ("@supports not (display: grid) { p { display: none } }", DOUBTFUL),
        ("p { opacity: attr(data-x) }", DOUBTFUL),
        ("p { opacity: attr(data-x); opacity: 1 }", NOTHING),
        // White on white, unless it lies on something else.
        ("p { position: absolute; color: white }", DOUBTFUL),
        ("p { position: absolute; color: red }", NOTHING),
    ] {
        assert_eq!(styled(sheet, "<p>Joan"), expected, "{sheet}");
    }
    let outside: &[(Severity, &str)] = &[(Severity::Review, "html-external")];
    assert_eq!(styled("@import 'a.css'; p { color: white }", "<p>seen"), outside);
    assert_eq!(styled("p { color: white }", "<link rel=stylesheet href=a.css><p>seen"), outside);
    assert_eq!(styled("", "<link rel=icon href=a.ico><p>seen"), NOTHING);
}

#[test]
fn elements_hide_what_their_kind_or_place_hides() {
    for (body, expected) in [
        ("<dialog>Joan</dialog>", HIDDEN),
        ("<dialog open>seen</dialog>", NOTHING),
        ("<details><summary>seen</summary>seen</details>", NOTHING),
        ("<div inert>seen</div>", NOTHING),
        ("<div popover>Joan</div>", HIDDEN),
        ("<iframe>Joan</iframe>", &[(Severity::Block, "embedded-file"), (Severity::Block, "html-hidden-text")]),
        ("<canvas>Joan</canvas>", DOUBTFUL),
        ("<datalist><option>Joan</datalist>", DOUBTFUL),
        // A slash ends nothing in HTML, and neither does the end of something that is not open here.
        ("<div hidden/>Joan", HIDDEN),
        ("<table hidden><tr><td></div>Joan</table>seen", HIDDEN),
        ("<p hidden>Joan<div>seen</div>", HIDDEN),
        ("<p>seen<div>seen</div>", NOTHING),
        ("<table><tr hidden><td>Joan<tr><td>seen</table>", HIDDEN),
        ("<font color=white>Joan</font>", HIDDEN),
        ("<table bgcolor=black><tr><td><font color=white>seen</table>", NOTHING),
        ("<table bgcolor=C40001><tr><td><font color=FFFFFF>seen</table>", NOTHING),
        ("<table bgcolor=C40001><tr><td><font color='#C40001'>Joan</table>", HIDDEN),
        ("<p hidden>\u{b6}", DOUBTFUL),
        ("<select><option>seen</select>", NOTHING),
        ("<style type='text/plain'>Joan</style>", HIDDEN),
    ] {
        let mut found = styled("", body);
        found.sort_by_key(|(_, id)| *id);
        assert_eq!(found, expected, "{body}");
    }
    let made = |style: &str| styled(&format!("p::before {{ content: 'Joan'; {style} }}"), "<p>seen");
    assert_eq!(made("display: none"), HIDDEN);
    assert_eq!(made("font-size: 0"), HIDDEN);
    assert_eq!(made("color: red"), NOTHING);
    assert_eq!(styled("p:after { content: '\\f101'; display: none }", "<p>seen"), NOTHING);
}

#[test]
fn text_in_pictures_is_hidden_in_their_ways() {
    for (inner, expected) in [
        ("<text display='none'>Joan</text>", HIDDEN),
        ("<g visibility='hidden'><text>Joan</text><text visibility='visible'>seen</text></g>", HIDDEN),
        ("<text opacity='0'>Joan</text>", HIDDEN),
        ("<text fill='none'>Joan</text>", HIDDEN),
        ("<text fill='none' stroke='black'>seen</text>", NOTHING),
        ("<text fill='none'><tspan fill='red'>seen</tspan></text>", NOTHING),
        ("<text fill-opacity='0'>Joan</text>", HIDDEN),
        ("<text fill='url(#g)'>seen</text>", NOTHING),
        ("<text fill='white'>seen, on a shape</text>", NOTHING),
        ("<text font-size='0'>Joan</text>", HIDDEN),
        ("<g transform='scale(0)'><text>Joan</text></g>", HIDDEN),
        ("<g transform='translate(-9999)'><text>Joan</text></g>", HIDDEN),
        ("<g transform='translate(50,50) rotate(90)'><text>seen</text></g>", NOTHING),
        ("<style>.x { fill: none }</style><text class='x'>Joan</text>", HIDDEN),
        ("<style><![CDATA[ .x { fill: none } ]]></style><text class='x'>Joan</text>", HIDDEN),
        ("<style>.x { fill: red }</style><text class='x' fill='none'>seen</text>", NOTHING),
        ("<text style='fill: transparent'>Joan</text>", HIDDEN),
        ("<defs><text id='t'>Joan</text></defs>", HIDDEN),
        ("<defs><text id='t'>seen</text></defs><use href='#t'/>", NOTHING),
        ("<symbol id='s'><text>seen</text></symbol><use xlink:href='#s'/>", NOTHING),
        ("<text><![CDATA[seen]]></text>", NOTHING),
        ("<text display='none'><![CDATA[Joan]]></text>", HIDDEN),
    ] {
        let picture = format!("<svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>");
        for (name, whole) in [("a.svg", picture.clone()), ("a.html", format!("<!doctype html><p>seen{picture}"))] {
            let report = inspect(name, whole.as_bytes());
            let found = report.findings.iter().filter(|finding| finding.severity >= Severity::Review);
            let found: Vec<_> = found.map(|finding| (finding.severity, finding.carrier.id)).collect();
            assert_eq!(found, expected, "{name}: {inner}");
        }
    }
}

#[test]
fn style_sheets_that_ask_for_much_are_not_looked_into() {
    use candour_inspect::{Limits, Verdict};
    let few = Limits { first_steps: 20_000_000, ..Limits::default() };
    let verdict = |page: &str| candour_inspect::inspect("a.html", page.as_bytes(), few).verdict;
    // Each ancestor may be each of the selector's: 200 over 9 of them.
    let deep = format!("<style>.none {} p {{ color: red }}</style>{}<p>x", "div * ".repeat(9), "<div>".repeat(200));
    assert_eq!(verdict(&deep), Verdict::Uninspectable);
    // Variables that double each other.
    let doubled: String = (0..40).map(|at| format!("--v{}: var(--v{at}) var(--v{at});", at + 1)).collect();
    assert_eq!(
        verdict(&format!("<style>p {{ --v0: 1; {doubled} color: var(--v40) }}</style><p>x")),
        Verdict::Uninspectable
    );
    // Rules in rules, each for all of those around it.
    let nested = format!("<style>{}{}</style><p>x", "a,b,c,d{color:red;".repeat(60), "}".repeat(60));
    assert_ne!(verdict(&nested), Verdict::Uninspectable);
    // Brackets deeper than they are read hide nothing for certain, and nothing is certain of them.
    let brackets = format!("<style>p{}{} {{ display: none }}</style><p>x", ":not(".repeat(9_000), ")".repeat(9_000));
    assert_eq!(verdict(&brackets), Verdict::Review);
}
