//! Every good PDF is proved, and nothing that was added to one is.

use candour_pdf::Printer;

use crate::sample;

#[test]
fn what_was_written_is_proved() {
    let printer = Printer::new().unwrap().with_max_rows(150);
    let outlines = [("release", sample::release()), ("markup", sample::markup()), ("wide", sample::wide(20)), ("long", sample::long(120)), ("pointer", sample::wide(200)), ("odd", sample::odd()), ("longer", sample::long(151))];
    for (name, outline) in outlines {
        let bytes = printer.write(&outline).unwrap();
        let start = std::time::Instant::now();
        let result = printer.prove(&outline, &bytes);
        std::fs::write(format!("/tmp/x-{name}.pdf"), &bytes).unwrap();
        println!("{name} {:?} {result:?}", start.elapsed());
    }
}
