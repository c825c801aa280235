//! Repository chores.

mod example;

fn main() -> anyhow::Result<()> {
    example::run(std::path::Path::new("."), false)
}
