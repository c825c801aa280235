//! Totals that are known from elsewhere, by name: the same for the tables of a release and for those made elsewhere.

use candour_model::{FigureName, OutsideTotal};

/// Every figure that a total is the sum of: one for each choice of a category a dimension.
pub(crate) fn parts(total: &OutsideTotal) -> Vec<FigureName> {
    let mut names = vec![FigureName::new()];
    for (dimension, categories) in total {
        let with = |name: &FigureName, category: &String| {
            let mut name = name.clone();
            name.insert(dimension.clone(), category.clone());
            name
        };
        names = names.iter().flat_map(|name| categories.iter().map(|category| with(name, category))).collect();
    }
    names
}

/// What a total is called.
pub(crate) fn name(total: &OutsideTotal) -> FigureName {
    total.iter().map(|(dimension, categories)| (dimension.clone(), categories.join(" + "))).collect()
}
