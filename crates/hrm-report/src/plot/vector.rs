//! A chart as SVG.

use super::chart::Chart;
use super::{SCALE, draw};
use plotters::prelude::{IntoDrawingArea, SVGBackend};

/// The SVG document of a chart, with its size in CSS pixels.
pub(crate) fn svg(chart: &Chart) -> Result<String, String> {
    let (width, height) = draw::size(chart)?;
    let mut document = String::new();
    {
        let area = SVGBackend::with_string(&mut document, (width, height)).into_drawing_area();
        draw::draw(&area, chart)?;
        area.present().map_err(|error| error.to_string())?;
    }
    let attributes = |width, height| format!(r#"width="{width}" height="{height}""#);
    let in_css_pixels = attributes(width / SCALE, height / SCALE);
    Ok(document.replacen(&attributes(width, height), &in_css_pixels, 1))
}
