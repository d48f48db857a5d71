//! A table in one of several forms.

use crate::cli::TableFormat;
use crate::{rows, table};

/// Texts under titles.
pub(super) struct Sheet {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    pub(super) fn new<const COLUMNS: usize>(
        titles: [&str; COLUMNS],
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            titles: titles.map(str::to_owned).to_vec(),
            rows,
        }
    }

    /// The table with a line break at its end.
    pub(super) fn text(&self, format: TableFormat) -> String {
        match format {
            TableFormat::Text => table::of_rows(&self.titles, &self.rows) + "\n",
            TableFormat::Markdown => self.markdown(),
            TableFormat::Latex => self.latex(),
            TableFormat::Csv => rows::csv_text(&self.titles, &self.rows),
        }
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = format!("|{}\n", "---|".repeat(self.titles.len()));
        let body: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.titles) + &rule + &body
    }

    fn latex(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| latex_text(cell)).collect();
            format!("{} \\\\\n", cells.join(" & "))
        };
        let body: String = self.rows.iter().map(|row| line(row)).collect();
        format!(
            "\\begin{{tabular}}{{{}}}\n\\hline\n{}\\hline\n{body}\\hline\n\\end{{tabular}}\n",
            "l".repeat(self.titles.len()),
            line(&self.titles),
        )
    }
}

/// A text with everything escaped that LaTeX takes for a command.
fn latex_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '±' => escaped.push_str("$\\pm$"),
            '–' => escaped.push_str("--"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = ["a_b", "55.0 % ± 2.0", "x|y, 1–2"]
            .map(str::to_owned)
            .to_vec();
        Sheet::new(["cell", "expected", "why"], vec![row])
    }

    #[test]
    fn every_form_escapes_what_it_has_to() {
        assert_eq!(
            sheet().text(TableFormat::Markdown),
            "| cell | expected | why |\n|---|---|---|\n| a_b | 55.0 % ± 2.0 | x\\|y, 1–2 |\n"
        );
        assert_eq!(
            sheet().text(TableFormat::Latex),
            "\\begin{tabular}{lll}\n\\hline\ncell & expected & why \\\\\n\\hline\n\
             a\\_b & 55.0 \\% $\\pm$ 2.0 & x|y, 1--2 \\\\\n\\hline\n\\end{tabular}\n"
        );
        assert_eq!(
            sheet().text(TableFormat::Csv),
            "cell,expected,why\r\na_b,55.0 % ± 2.0,\"x|y, 1–2\"\r\n"
        );
    }
}
