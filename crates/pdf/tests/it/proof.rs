//! Every good PDF is proved, and none that something was added to.

use candour_model::outline::{Block, Outline};
use candour_pdf::Printer;

use crate::mutate::{Dice, Pdf, places, with_at};
use crate::{odd, sample};

/// A change to a PDF, which it stays sound under; nothing if it has no place for it.
type Change = fn(&mut Pdf, &mut Dice) -> Option<()>;

/// What is tried, each in several places of several files.
const CHANGES: &[(&str, Change)] = &[
    // What pages draw.
    ("a foreign text in what is shown", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "\nET", "(\\000\\001\\000\\002)Tj"))
    }),
    ("a figure once more, in its own mark", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| twice(dice, &drawn, "\nq ", "\nQ"))
    }),
    ("a figure once more, with its mark", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| twice(dice, &drawn, "/Span<</MCID", "EMC"))
    }),
    ("text that is not marked", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| {
            before_some(
                dice,
                &drawn,
                "/Span<</MCID",
                "\nq 1 0 0 -1 80 400 cm/c0 cs 0 scn\nBT 0 Tr/f0 10 Tf 1 0 0 -1 0 0 Tm(\\000\\001)Tj\nET\nQ",
            )
        })
    }),
    ("text that belongs to nothing", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "/Span<</MCID", "/Artifact BMC\nq 1 0 0 -1 80 400 cm/c0 cs 0 scn\nBT 0 Tr/f0 10 Tf 1 0 0 -1 0 0 Tm(\\000\\001)Tj\nET\nQ\nEMC"))
    }),
    ("text for a new mark", |pdf, dice| {
        pdf.redraw(dice, |_, drawn| Some(drawn + "/Span<</MCID 999>>BDC\nq 1 0 0 -1 80 400 cm/c0 cs 0 scn\nBT 0 Tr/f0 10 Tf 1 0 0 -1 0 0 Tm(\\000\\001)Tj\nET\nQ\nEMC"))
    }),
    ("a second head of the page", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| twice(dice, &drawn, "/Artifact<</Attached", "EMC"))
    }),
    ("invisible text", |pdf, dice| pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, " 0 Tr", " 3 Tr"))),
    ("text in white", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "/c0 cs 0 scn\nBT", "/c0 cs 1 scn\nBT"))
    }),
    ("text in almost white", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "/c0 cs 0 scn\nBT", "/c0 cs 0.99 scn\nBT"))
    }),
    ("text off the page", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "q 1 0 0 -1 ", "q 1 0 0 -1 -8"))
    }),
    ("text too small to be read", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| {
            let shows =
                |at: &usize| drawn[*at..].lines().nth(2).is_some_and(|line| line.starts_with("BT ") && line.len() > 80);
            let at = *dice.one(&places(&drawn, "BDC\nq 1 0 0 -1 ").into_iter().filter(shows).collect::<Vec<_>>())?;
            Some(format!("{}{}", &drawn[..at], drawn[at..].replacen("q 1 0 0 -1", "q 0.02 0 0 -0.02", 1)))
        })
    }),
    ("text in another size", |pdf, dice| pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "/f0 ", "/f0 0."))),
    ("text under a shape", |pdf, dice| {
        pdf.redraw(dice, |_, drawn| Some(drawn + "/Artifact<</Type/Layout>>BDC\nq 1 0 0 -1 0 0 cm/c0 cs 0.5 scn 0 0 m 800 0 l 800 -800 l 0 -800 l\nh\nf\nQ\nEMC"))
    }),
    ("a figure drawn with lines", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, " 0 l\nS", " 0 l 9 9 l\nS"))
    }),
    ("text that is cut off", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| {
            at_some(dice, &drawn, "BDC\nq 1 0 0 -1", "BDC 0 0 m 1 0 l 1 1 l\nh\nW\nn\nq 1 0 0 -1")
        })
    }),
    ("text said in place of another", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| {
            let at = *dice.one(&places(&drawn, "\nET"))?;
            let start = drawn[..at].rfind(" Tm")? + 3;
            Some(format!(
                "{}/Span<</ActualText(12,345)>>BDC {}\nEMC{}",
                &drawn[..start - " 1 0 0 -1 0 0 Tm".len()],
                &drawn[start - "1 0 0 -1 0 0 Tm".len()..at],
                &drawn[at..]
            ))
        })
    }),
    ("text in place of nothing", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "\nET", "/Span<</ActualText(12,345)>>BDC\nEMC"))
    }),
    ("a letter changed", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| {
            let at = *dice.one(&places(&drawn, "\\000\\00"))? + "\\000\\00".len();
            let other = if drawn.as_bytes()[at] == b'3' { "4" } else { "3" };
            Some(format!("{}{other}{}", &drawn[..at], &drawn[at + 1..]))
        })
    }),
    ("a letter less", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "(\\000", "(").map(|drawn| drawn.replacen("()", "", 1)))
    }),
    ("text of a layer", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "/Span<</MCID", "/OC<</MCID"))
    }),
    ("a description in a mark", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, ">>BDC\nq ", "/Alt(12,345)>>BDC\nq "))
    }),
    ("an entry in a mark", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, ">>BDC\nq ", "/E(12,345)>>BDC\nq "))
    }),
    ("a comment in what is drawn", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "\nQ", "\n%12,345"))
    }),
    ("white space in what is drawn", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| at_some(dice, &drawn, "\nET", " \t \nET"))
    }),
    ("an image in what is drawn", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "/Span<</MCID", "\nBI/W 1/H 1/BPC 8/CS/G\nID A\nEI"))
    }),
    ("an operator that draws a form", |pdf, dice| {
        pdf.redraw(dice, |dice, drawn| before_some(dice, &drawn, "\nQ", "/x0 Do"))
    }),
    // What objects say.
    ("a key in a dictionary", |pdf, dice| {
        let at = dice.below(pdf.objects.len());
        let value = &mut pdf.objects[at].value;
        let end = *dice.one(&places(value, ">>"))?;
        *value = with_at(value, end, "/Note(12,345)");
        Some(())
    }),
    ("a known key where it has no place", |pdf, dice| {
        let key = *dice.one(&[
            "/Contents(12,345)",
            "/Alt(12,345)",
            "/ActualText(12,345)",
            "/T(12,345)",
            "/TU(12,345)",
            "/PieceInfo<<>>",
            "/Lang(fr)",
            "/E(x)",
        ])?;
        let at = dice.below(pdf.objects.len());
        let value = &mut pdf.objects[at].value;
        if !value.ends_with(">>") || value.contains(key.split('(').next()?) {
            return None;
        }
        *value = with_at(value, value.len() - 2, key);
        Some(())
    }),
    ("another description", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Alt(A bar chart"))?;
        pdf.objects[at].value = pdf.objects[at].value.replacen("/Alt(A", "/Alt(12,345 A", 1);
        // In the mark as well, so that the file agrees with itself.
        let page = pdf.target(at, "Pg")?;
        let content = pdf.target(page, "Contents")?;
        let drawn = String::from_utf8(pdf.unpacked(content)).ok()?.replacen("/Alt(A", "/Alt(12,345 A", 1);
        pdf.pack(content, drawn.as_bytes());
        Some(())
    }),
    ("another title of a heading", |pdf, dice| pdf.replace(dice, "/T(P", "/T(12,345 P").map(drop)),
    ("another bookmark", |pdf, dice| pdf.replace(dice, "/Title(", "/Title(12,345 ").map(drop)),
    ("one more bookmark", |pdf, dice| {
        let last = *dice.one(&pdf.with("/Title("))?;
        if pdf.objects[last].value.contains("/Next ") || !pdf.objects[last].value.contains("/Parent ") {
            return None;
        }
        let (parent, dest) = (pdf.target(last, "Parent")?, pdf.target(last, "Dest")?);
        let number = pdf.add(
            &format!("<</Parent {} 0 R/Prev {} 0 R/Title(12,345)/Dest {} 0 R>>", parent + 1, last + 1, dest + 1),
            None,
        );
        let value = &mut pdf.objects[last].value;
        let at = value.find(" 0 R")? + 4;
        *value = with_at(value, at, &format!("/Next {number} 0 R"));
        pdf.objects[parent].value =
            pdf.objects[parent].value.replace(&format!("/Last {} 0 R", last + 1), &format!("/Last {number} 0 R"));
        Some(())
    }),
    ("another name of a place", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Dests<</Names["))?;
        let value = &mut pdf.objects[at].value;
        let start = value.find("/Dests<</Names[")? + "/Dests<</Names[".len();
        let target = value[start..].split_once(')')?.1.split_once(" 0 R")?.0.to_owned();
        *value = with_at(value, start, &format!("(12,345){target} 0 R"));
        Some(())
    }),
    ("a place on another page", |pdf, dice| {
        let at = *dice.one(&pdf.with(" 0 R/XYZ "))?;
        let pages = pdf.pages();
        let here = pdf.objects[at].value.strip_prefix('[')?.split_once(" 0 R")?.0.to_owned();
        let other = pages.iter().map(|page| (page + 1).to_string()).find(|page| *page != here)?;
        pdf.objects[at].value = pdf.objects[at].value.replacen(&here, &other, 1);
        Some(())
    }),
    ("another address of a link", |pdf, dice| pdf.replace(dice, "/URI(https://", "/URI(https://x.").map(drop)),
    ("another text of a link", |pdf, dice| {
        pdf.replace(dice, "/F 4/StructParent 0/Contents(", "/F 4/StructParent 0/Contents(12,345 ").map(drop)
    }),
    ("another name for a link to go to", |pdf, dice| pdf.replace(dice, "/Dest(answer)", "/Dest(rights)").map(drop)),
    ("another scope of a heading", |pdf, dice| pdf.replace(dice, "/Scope/Row", "/Scope/Column").map(drop)),
    ("a wider cell", |pdf, dice| {
        pdf.replace(dice, "/O/Table/Headers[(U1x1y1)]", "/O/Table/Headers[(U1x1y1)]/ColSpan 2")
            .or_else(|| pdf.replace(dice, "/RowSpan 3", "/RowSpan 2"))
            .or_else(|| pdf.replace(dice, "/ColSpan 1", "/ColSpan 2"))
            .map(drop)
    }),
    ("another role", |pdf, dice| {
        pdf.replace(dice, "/S/TD/", "/S/TH/").or_else(|| pdf.replace(dice, "/S/P/", "/S/Caption/")).map(drop)
    }),
    ("another order of reading", |pdf, dice| {
        let at = *dice.one(&pdf.with("/S/TR/P").into_iter().chain(pdf.with("/S/Document/P")).collect::<Vec<_>>())?;
        let value = &mut pdf.objects[at].value;
        let start = value.find("/K[")? + 3;
        let kids: Vec<&str> =
            value[start..value.rfind("]>>")?].split(" R").map(str::trim).filter(|kid| !kid.is_empty()).collect();
        if kids.len() < 2 {
            return None;
        }
        let turned: Vec<String> = kids.iter().rev().map(|kid| format!("{kid} R")).collect();
        *value = format!("{}{}]>>", &value[..start], turned.join(" "));
        Some(())
    }),
    ("a part less", |pdf, dice| {
        let at = *dice.one(&pdf.with("/S/Document/P"))?;
        let value = &mut pdf.objects[at].value;
        let start = value.find("/K[")? + 3;
        let end = start + value[start..].find(" R")? + 2;
        *value = format!("{}{}", &value[..start], value[end..].trim_start());
        Some(())
    }),
    ("an empty part", |pdf, dice| new_part(pdf, dice, "<</Type/StructElem/S/P/P {} 0 R/K[]>>")),
    ("a part with a title", |pdf, dice| new_part(pdf, dice, "<</Type/StructElem/S/H2/P {} 0 R/T(12,345)/K[]>>")),
    ("a part that says something else", |pdf, dice| {
        new_part(pdf, dice, "<</Type/StructElem/S/Span/P {} 0 R/ActualText(12,345)/K[]>>")
    }),
    ("a picture with a description only", |pdf, dice| {
        new_part(pdf, dice, "<</Type/StructElem/S/Figure/P {} 0 R/Alt(12,345)/A[<</O/Layout/Placement/Block>>]/K[]>>")
    }),
    ("a part with marked text of its own", |pdf, dice| {
        let page = *dice.one(&pdf.pages())?;
        let content = pdf.target(page, "Contents")?;
        let drawn = pdf.unpacked(content);
        let count = String::from_utf8_lossy(&drawn).matches("<</MCID").count();
        let more = format!(
            "/Span<</MCID {count}>>BDC\nq 1 0 0 -1 80 400 cm/c0 cs 0 scn\nBT 0 Tr/f0 10 Tf 1 0 0 -1 0 0 Tm(\\000\\001)Tj\nET\nQ\nEMC"
        );
        pdf.pack(content, &[drawn, more.into_bytes()].concat());
        new_part(pdf, dice, &format!("<</Type/StructElem/S/P/P {{}} 0 R/K[{count}]/Pg {} 0 R>>", page + 1))?;
        // The tree of parents knows it too.
        let number = pdf.objects.len();
        let key = pdf.objects[page].value.split_once("/StructParents ")?.1.split_once('/')?.0.to_owned();
        let tree = *pdf.with("/ParentTree<</Nums[").first()?;
        let list = pdf.objects[tree].value.split_once("/Nums[")?.1.to_owned();
        let list = list.split(" 0 R").find_map(|pair| {
            pair.strip_prefix(&format!("{key} ")).or_else(|| pair.strip_prefix(&format!(" {key} ")))
        })?;
        let list: usize = list.parse().ok()?;
        let value = &mut pdf.objects[list - 1].value;
        *value = with_at(value, value.len() - 1, &format!(" {number} 0 R"));
        Some(())
    }),
    ("an object that nothing leads to", |pdf, _| {
        pdf.add("<</Type/Page/Contents(12,345)>>", None);
        Some(())
    }),
    ("a text that nothing leads to", |pdf, _| {
        pdf.add("(12,345)", None);
        Some(())
    }),
    ("a stream that nothing leads to", |pdf, _| {
        pdf.add("<</Length 6>>", Some(b"12,345".to_vec()));
        Some(())
    }),
    ("a note on a page", |pdf, dice| {
        annotate(pdf, dice, "<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(12,345)>>")
    }),
    ("a link on a page", |pdf, dice| {
        annotate(
            pdf,
            dice,
            "<</Type/Annot/Subtype/Link/Rect[10 10 20 20]/Border[0 0 0]/A<</Type/Action/S/URI/URI(https://12345.org)>>/F 4/StructParent 9/Contents(12,345)>>",
        )
    }),
    ("an attachment", |pdf, dice| {
        let file = pdf.add("<</Length 6/Type/EmbeddedFile>>", Some(b"12,345".to_vec()));
        let spec = pdf.add(&format!("<</Type/Filespec/F(a.csv)/EF<</F {file} 0 R>>>>"), None);
        pdf.replace(dice, "/Names<</Dests", &format!("/Names<</EmbeddedFiles<</Names[(a.csv){spec} 0 R]>>/Dests"))
            .map(drop)
    }),
    ("a script", |pdf, dice| {
        pdf.replace(dice, "<</Type/Catalog", "<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(12345\\))>>")
            .map(drop)
    }),
    ("a property", |pdf, dice| pdf.replace(dice, "/Creator(Candour)", "/Subject(12,345)/Creator(Candour)").map(drop)),
    ("another property", |pdf, dice| pdf.replace(dice, "/Creator(Candour)", "/Creator(Candour 12,345)").map(drop)),
    ("another date", |pdf, dice| pdf.replace(dice, "/CreationDate(D:20260803", "/CreationDate(D:20260804").map(drop)),
    ("another language", |pdf, dice| {
        pdf.replace(dice, "/Lang(en-GB)", "/Lang(en-US)")
            .or_else(|| pdf.replace(dice, "/Lang(cy)", "/Lang(en)"))
            .map(drop)
    }),
    ("a property in the metadata", |pdf, dice| {
        metadata(
            pdf,
            dice,
            "<dc:format>",
            "<dc:subject><rdf:Bag><rdf:li>12,345</rdf:li></rdf:Bag></dc:subject><dc:format>",
        )
    }),
    ("another value in the metadata", |pdf, dice| metadata(pdf, dice, "</dc:title>", "<!-- 12,345 --></dc:title>")),
    ("white space in the metadata", |pdf, dice| metadata(pdf, dice, "<?xpacket end", " \t \n<?xpacket end")),
    ("other ids in the trailer", |pdf, _| {
        pdf.trailer = pdf.trailer.replacen("==)(", "==)(12345", 1);
        Some(())
    }),
    ("a key in the trailer", |pdf, _| {
        pdf.trailer = pdf.trailer.replacen("/Root", "/Note(12,345)/Root", 1);
        Some(())
    }),
    ("a page once more", |pdf, dice| {
        let page = *dice.one(&pdf.pages())?;
        let copy = pdf.objects[page].value.clone();
        more_pages(pdf, &copy)
    }),
    ("a page once more, with what it draws", |pdf, dice| {
        let page = *dice.one(&pdf.pages())?;
        let content = pdf.target(page, "Contents")?;
        let object = pdf.objects[content].clone();
        let number = pdf.add(&object.value, object.data);
        let copy = pdf.objects[page]
            .value
            .replace(&format!("/Contents {} 0 R", content + 1), &format!("/Contents {number} 0 R"));
        more_pages(pdf, &copy)
    }),
    ("the same page twice", |pdf, dice| {
        let tree = *dice.one(&pdf.with("<</Type/Pages"))?;
        let first = pdf.objects[tree].value.split_once("/Kids[")?.1.split_once(" 0 R")?.0.to_owned();
        let value = &mut pdf.objects[tree].value;
        *value = with_at(value, value.len() - 3, &format!(" {first} 0 R"));
        Some(())
    }),
    ("a page cut at its edges", |pdf, dice| {
        pdf.replace(dice, "/StructParents", "/CropBox[0 0 300 300]/StructParents").map(drop)
    }),
    ("a smaller page", |pdf, dice| {
        pdf.replace(dice, "/MediaBox[0 0 595.2756 841.8898]", "/MediaBox[0 0 595.2756 400]").map(drop)
    }),
    ("a font's letters said otherwise", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Type/CMap"))?;
        let map = String::from_utf8(pdf.unpacked(at)).ok()?;
        let (one, two) = (map.find("<0001> <")? + 8, map.find("<0002> <")? + 8);
        let turned = format!(
            "{}{}{}{}{}",
            &map[..one],
            &map[two..two + 4],
            &map[one + 4..two],
            &map[one..one + 4],
            &map[two + 4..]
        );
        pdf.pack(at, turned.as_bytes());
        Some(())
    }),
    ("a letter that a font does not have", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Type/CMap"))?;
        let map = String::from_utf8(pdf.unpacked(at)).ok()?;
        let count: usize = map.split_once(" beginbfchar")?.0.rsplit('\n').next()?.parse().ok()?;
        let map = map.replacen(&format!("{count} begin"), &format!("{} begin", count + 1), 1).replacen(
            "endbfchar",
            &format!("<{:04X}> <0031>\nendbfchar", count + 1),
            1,
        );
        pdf.pack(at, map.as_bytes());
        Some(())
    }),
    ("a comment among a font's letters", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Type/CMap"))?;
        let map = String::from_utf8(pdf.unpacked(at)).ok()?.replacen("%%EndComments", "%12,345\n%%EndComments", 1);
        pdf.pack(at, map.as_bytes());
        Some(())
    }),
    ("a font's glyphs exchanged", |pdf, dice| {
        let program = |pdf: &mut Pdf, dice: &mut Dice| {
            let descriptor = *dice.one(&pdf.with("/FontFile2 "))?;
            pdf.target(descriptor, "FontFile2")
        };
        let at = program(pdf, dice)?;
        let mut font = pdf.unpacked(at);
        exchange_glyphs(&mut font)?;
        pdf.pack(at, &font);
        Some(())
    }),
    ("a name in a font", |pdf, dice| {
        let descriptor = *dice.one(&pdf.with("/FontFile2 "))?;
        let at = pdf.target(descriptor, "FontFile2")?;
        let mut font = pdf.unpacked(at);
        let name = table(&font, b"name")?;
        font[name.1 - 9] ^= 1;
        sum_up(&mut font);
        pdf.pack(at, &font);
        Some(())
    }),
    ("another width of a letter", |pdf, dice| pdf.replace(dice, "/W[0 0 6", "/W[0 0 7").map(drop)),
    ("a byte in a profile of colours", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Range[0 1"))?;
        let mut profile = pdf.unpacked(at);
        let place = 100 + dice.below(28);
        profile[place] ^= 1;
        pdf.pack(at, &profile);
        Some(())
    }),
    ("bytes behind packed data", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Filter/FlateDecode"))?;
        pdf.objects[at].data.as_mut()?.extend(b"12,345");
        Some(())
    }),
    ("data packed twice", |pdf, dice| {
        let at = *dice.one(&pdf.with("/Filter/FlateDecode"))?;
        let packed = pdf.objects[at].data.clone()?;
        pdf.pack(at, &packed);
        pdf.objects[at].value =
            pdf.objects[at].value.replace("/Filter/FlateDecode", "/Filter[/FlateDecode/FlateDecode]");
        Some(())
    }),
    // How objects are written.
    ("a comment in an object", |pdf, dice| {
        let at = dice.below(pdf.objects.len());
        let value = &mut pdf.objects[at].value;
        *value = with_at(value, value.len(), "%12,345");
        Some(())
    }),
    ("white space in an object", |pdf, dice| {
        let at = dice.below(pdf.objects.len());
        let value = &mut pdf.objects[at].value;
        let place = *dice.one(&places(value, "/"))?;
        *value = with_at(value, place, " \t ");
        Some(())
    }),
    ("a number spelt otherwise", |pdf, dice| {
        let at = *dice.one(&pdf.with(" 0 R"))?;
        pdf.objects[at].value = pdf.objects[at].value.replacen(" 0 R", " 00 R", 1);
        Some(())
    }),
    ("a text spelt otherwise", |pdf, dice| pdf.replace(dice, "(Candour)", "<43616E646F7572>").map(drop)),
    ("a text broken over lines", |pdf, dice| pdf.replace(dice, "(Candour)", "(Can\\\ndour)").map(drop)),
    ("a name spelt otherwise", |pdf, dice| pdf.replace(dice, "/Type", "/#54ype").map(drop)),
    ("a key twice", |pdf, dice| pdf.replace(dice, "<</Type/", "<</Type/Note/Type/").map(drop)),
    ("an older version", |pdf, _| {
        pdf.header = String::from_utf8_lossy(&pdf.header[..9])
            .replace("1.7", "1.4")
            .into_bytes()
            .into_iter()
            .chain(pdf.header[9..].to_vec())
            .collect();
        Some(())
    }),
    ("a comment in the head", |pdf, _| {
        pdf.header.extend(b"%12,345\n");
        Some(())
    }),
];

/// A change to the bytes of a file as they are.
type Spoil = fn(Vec<u8>, &mut Dice) -> Vec<u8>;

/// What is tried on bytes, in many places each.
const SPOILS: &[(&str, Spoil)] = &[
    ("a byte behind the end", |bytes, dice| [bytes, vec![*dice.one(b"\n 1%").unwrap()]].concat()),
    ("a second end", |bytes, _| [bytes, b"\n%%EOF".to_vec()].concat()),
    ("a byte before the head", |bytes, _| [b"1".to_vec(), bytes].concat()),
    ("a byte somewhere", |mut bytes, dice| {
        bytes.insert(dice.below(bytes.len()), b'1');
        bytes
    }),
    // Digits apart: where on the page things stand is not proved.
    ("a byte changed", |mut bytes, dice| {
        let mut at = dice.below(bytes.len());
        while bytes[at].is_ascii_digit() {
            at = dice.below(bytes.len());
        }
        bytes[at] ^= 1 << dice.below(8);
        bytes
    }),
    ("a byte less", |mut bytes, dice| {
        bytes.remove(dice.below(bytes.len()));
        bytes
    }),
    ("a later state with a changed page", |bytes, dice| {
        let pdf = Pdf::read(&bytes);
        let page = *dice.one(&pdf.pages()).unwrap();
        let old = String::from_utf8_lossy(&bytes[bytes.len() - 30..]).into_owned();
        let before = old.split("startxref\n").nth(1).unwrap().lines().next().unwrap().to_owned();
        let mut after = bytes;
        after.push(b'\n');
        let object = after.len();
        let value = pdf.objects[page].value.replace("/StructParents", "/Rotate 0/StructParents");
        after.extend(format!("{} 0 obj\n{value}\nendobj\n", page + 1).into_bytes());
        let table = after.len();
        let trailer = pdf.trailer.replacen("<<", &format!("<</Prev {before}"), 1);
        after.extend(
            format!("xref\n{} 1\n{object:010} 00000 n\r\ntrailer\n{trailer}\nstartxref\n{table}\n%%EOF", page + 1)
                .into_bytes(),
        );
        after
    }),
];

fn samples() -> Vec<(&'static str, Outline)> {
    vec![
        ("release", sample::release()),
        ("markup", sample::markup()),
        ("wide", sample::wide(20)),
        ("long", sample::long(120)),
        ("odd", odd::odd()),
    ]
}

#[test]
fn what_was_written_is_proved() {
    let printer = Printer::new().unwrap().with_max_rows(120);
    let more = [("too wide", sample::wide(200)), ("too long", sample::long(121))];
    for (name, outline) in samples().into_iter().chain(more) {
        let bytes = printer.write(&outline).unwrap();
        printer.prove(&outline, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Taking it apart and putting it together changes nothing, so what the tests below find is what they changed.
        assert!(Pdf::read(&bytes).write() == bytes, "{name}");
    }
}

#[test]
fn a_release_is_proved_wherever_its_pages_end() {
    let printer = Printer::new().unwrap();
    for before in 0..24 {
        let mut outline = sample::release();
        let at = outline.blocks.iter().position(|block| matches!(block, Block::Table(_))).unwrap();
        let more = (0..before).map(|at| Block::Paragraph(format!("Paragraph {at} moves what follows down the page.")));
        outline.blocks.splice(at..at, more);
        let pdf = printer.write(&outline).unwrap();
        assert_eq!(printer.prove(&outline, &pdf), Ok(()), "with {before} paragraphs before the first table");
    }
}

#[test]
fn another_outline_is_not_proved() {
    let printer = Printer::new().unwrap();
    let bytes = printer.write(&sample::release()).unwrap();
    for (name, outline) in [("markup", sample::markup()), ("wide", sample::wide(20))] {
        assert!(printer.prove(&outline, &bytes).is_err(), "{name}");
    }
    let mut other = sample::release();
    other.marking = None;
    assert!(printer.prove(&other, &bytes).is_err());
}

#[test]
fn nothing_that_was_added_is_proved() {
    let printer = Printer::new().unwrap().with_max_rows(120);
    let files: Vec<_> =
        samples().into_iter().map(|(name, outline)| (name, printer.write(&outline).unwrap(), outline)).collect();
    let mut tried = 0;
    let mut missed = Vec::new();
    for (kind, change) in CHANGES {
        let mut places = 0;
        for (seed, (name, bytes, outline)) in (1..).zip(&files) {
            let mut pdf = Pdf::read(bytes);
            let Some(()) = change(&mut pdf, &mut Dice::new(seed)) else { continue };
            let changed = pdf.write();
            if changed == *bytes {
                continue;
            }
            places += 1;
            if printer.prove(outline, &changed).is_ok() {
                missed.push(format!("{kind} in {name}"));
            }
        }
        assert!(places > 0, "{kind} was never tried");
        tried += places;
    }
    for (kind, spoil) in SPOILS {
        for (seed, (name, bytes, outline)) in (1..30).zip(files.iter().cycle()) {
            tried += 1;
            if printer.prove(outline, &spoil(bytes.clone(), &mut Dice::new(seed))).is_ok() {
                missed.push(format!("{kind} in {name}, seed {seed}"));
            }
        }
    }
    assert!(missed.is_empty(), "proved in spite of {missed:#?}");
    assert!(tried >= 400, "{tried}");
}

/// Puts something in before one of the places where a part stands.
fn before_some(dice: &mut Dice, drawn: &str, part: &str, more: &str) -> Option<String> {
    Some(with_at(drawn, *dice.one(&places(drawn, part))?, more))
}

/// Replaces a part in one of the places where it stands.
fn at_some(dice: &mut Dice, drawn: &str, part: &str, by: &str) -> Option<String> {
    let at = *dice.one(&places(drawn, part))?;
    Some(format!("{}{by}{}", &drawn[..at], &drawn[at + part.len()..]))
}

/// Repeats one of the pieces from `start` to `end` that show text.
fn twice(dice: &mut Dice, drawn: &str, start: &str, end: &str) -> Option<String> {
    let pieces: Vec<(usize, usize)> = places(drawn, start)
        .into_iter()
        .filter_map(|at| Some((at, at + drawn[at..].find(end)? + end.len())))
        .filter(|&(from, to)| drawn[from..to].contains("\nBT "))
        .collect();
    let &(from, to) = dice.one(&pieces)?;
    Some(with_at(drawn, to, &drawn[from..to]))
}

/// Hangs a new part into the document.
fn new_part(pdf: &mut Pdf, dice: &mut Dice, part: &str) -> Option<()> {
    let document = *dice.one(&pdf.with("/S/Document/P"))?;
    let number = pdf.add(&part.replace("{}", &(document + 1).to_string()), None);
    let value = &mut pdf.objects[document].value;
    *value = with_at(value, value.rfind("]>>")?, &format!(" {number} 0 R"));
    Some(())
}

fn annotate(pdf: &mut Pdf, dice: &mut Dice, annotation: &str) -> Option<()> {
    let number = pdf.add(annotation, None);
    let page = *dice.one(&pdf.pages())?;
    let value = &mut pdf.objects[page].value;
    let (at, more) = match value.find("/Annots[") {
        Some(_) => (value.rfind("]>>")?, format!(" {number} 0 R")),
        None => (value.len() - 2, format!("/Annots[{number} 0 R]")),
    };
    *value = with_at(value, at, &more);
    Some(())
}

fn metadata(pdf: &mut Pdf, dice: &mut Dice, part: &str, by: &str) -> Option<()> {
    let at = *dice.one(&pdf.with("/Type/Metadata"))?;
    let data = String::from_utf8(pdf.objects[at].data.clone()?).ok()?;
    pdf.objects[at].data = Some(data.replacen(part, by, 1).into_bytes());
    Some(())
}

fn more_pages(pdf: &mut Pdf, page: &str) -> Option<()> {
    let number = pdf.add(page, None);
    let tree = *pdf.with("<</Type/Pages").first()?;
    let value = &mut pdf.objects[tree].value;
    let count: usize = value.split_once("/Count ")?.1.split_once('/')?.0.parse().ok()?;
    *value = value.replace(&format!("/Count {count}"), &format!("/Count {}", count + 1));
    *value = with_at(value, value.len() - 3, &format!(" {number} 0 R"));
    Some(())
}

/// Where a table of a font begins and ends.
fn table(font: &[u8], tag: &[u8; 4]) -> Option<(usize, usize)> {
    let entry =
        (0..usize::from(font[5])).map(|at| &font[12 + 16 * at..28 + 16 * at]).find(|entry| entry.starts_with(tag))?;
    let long = |at: usize| u32::from_be_bytes(entry[at..at + 4].try_into().unwrap()) as usize;
    Some((long(8), long(8) + long(12)))
}

/// Exchanges the outlines of two glyphs of one length.
fn exchange_glyphs(font: &mut [u8]) -> Option<()> {
    let (loca, glyf) = (table(font, b"loca")?, table(font, b"glyf")?);
    let places: Vec<usize> = font[loca.0..loca.1]
        .chunks(2)
        .map(|pair| glyf.0 + 2 * usize::from(u16::from_be_bytes([pair[0], pair[1]])))
        .collect();
    let glyphs: Vec<(usize, usize)> =
        places.windows(2).skip(1).map(|pair| (pair[0], pair[1])).filter(|(from, to)| to > from).collect();
    for (at, one) in glyphs.iter().enumerate() {
        for two in &glyphs[at + 1..] {
            if one.1 - one.0 == two.1 - two.0 && font[one.0..one.1] != font[two.0..two.1] {
                for (a, b) in (one.0..one.1).zip(two.0..two.1) {
                    font.swap(a, b);
                }
                sum_up(font);
                return Some(());
            }
        }
    }
    None
}

/// Puts the sums over a font's tables right again.
fn sum_up(font: &mut [u8]) {
    let sum = |bytes: &[u8]| {
        bytes.chunks(4).fold(0_u32, |sum, word| {
            sum.wrapping_add((0..4).fold(0, |all, at| all << 8 | u32::from(*word.get(at).unwrap_or(&0))))
        })
    };
    let head = table(font, b"head").unwrap().0;
    font[head + 8..head + 12].fill(0);
    for at in 0..usize::from(font[5]) {
        let entry = 12 + 16 * at;
        let long = |at: usize| u32::from_be_bytes(font[at..at + 4].try_into().unwrap()) as usize;
        let (start, length) = (long(entry + 8), long(entry + 12));
        let own = sum(&font[start..start + length]);
        font[entry + 4..entry + 8].copy_from_slice(&own.to_be_bytes());
    }
    let all = 0xB1B0_AFBA_u32.wrapping_sub(sum(font));
    font[head + 8..head + 12].copy_from_slice(&all.to_be_bytes());
}
