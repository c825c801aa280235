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
