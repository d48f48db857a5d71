//! A chart as SVG.

use super::chart::Chart;
use super::{HEIGHT, SCALE, WIDTH, draw};
use plotters::prelude::{IntoDrawingArea, SVGBackend};

/// The SVG document of a chart, with its size in CSS pixels.
pub(crate) fn svg(chart: &Chart) -> Result<String, String> {
    let mut document = String::new();
    {
        let area = SVGBackend::with_string(&mut document, (WIDTH * SCALE, HEIGHT * SCALE))
            .into_drawing_area();
        draw::draw(&area, chart)?;
        area.present().map_err(|error| error.to_string())?;
    }
    let drawn = format!(r#"width="{}" height="{}""#, WIDTH * SCALE, HEIGHT * SCALE);
    Ok(document.replacen(&drawn, &format!(r#"width="{WIDTH}" height="{HEIGHT}""#), 1))
}
