//! From data to files.

use crate::plot::Plots;
use crate::{ReportData, ReportError, markdown, page, tables};
use std::collections::BTreeMap;

/// The files of a report by name. `index.html` needs none of the others.
pub type Rendered = BTreeMap<String, Vec<u8>>;

/// Makes the files of a report: `index.html`, each plot as `.svg` and `.png`, each table as
/// `.csv`, and ablation tables as `.md` as well.
///
/// A plot without anything to draw has no file, and the page says what is missing. The same data
/// gives the same bytes.
///
/// # Errors
///
/// [`ReportError`] when drawing or writing a table fails, never for the sake of a number.
pub fn render(data: &ReportData) -> Result<Rendered, ReportError> {
    let plots = Plots::draw(data)?;
    let mut files = tables::tables(data)?;
    if !data.ablations.is_empty() {
        let text = markdown::ablations(data);
        files.insert("ablations.md".to_owned(), text.into_bytes());
    }
    files.insert(
        "index.html".to_owned(),
        page::page(data, &plots).into_string().into_bytes(),
    );
    for plot in plots.iter() {
        files.insert(format!("{}.svg", plot.name), plot.svg.clone().into_bytes());
        files.insert(format!("{}.png", plot.name), plot.png.clone());
    }
    Ok(files)
}
