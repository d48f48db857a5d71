//! Text in plots: the embedded font and its sizes.

use super::{SCALE, palette};
use crate::ReportError;
use plotters::style::{Color, FontStyle, RGBColor, TextStyle, register_font as register};
use std::sync::OnceLock;

/// The family, as SVG files name it; registered under the same name for measuring and for PNG.
const FAMILY: &str = "DejaVu Sans, sans-serif";
static FONT: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");

/// Makes the embedded font known to the drawing library, once.
pub(crate) fn register_font() -> Result<(), ReportError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    if *REGISTERED.get_or_init(|| register(FAMILY, FontStyle::Normal, FONT).is_ok()) {
        Ok(())
    } else {
        Err(ReportError::Font)
    }
}

/// A text style in ink. Sizes are in CSS pixels of the plot.
pub(crate) fn ink(size: u32) -> TextStyle<'static> {
    colored(size, palette::INK)
}

/// A text style in the secondary color.
pub(crate) fn muted(size: u32) -> TextStyle<'static> {
    colored(size, palette::MUTED)
}

fn colored(size: u32, color: RGBColor) -> TextStyle<'static> {
    // The drawing library counts a font's full line height, 1.24 times its size, as its size.
    let height = f64::from(size * SCALE) * 1.24;
    let mut style = TextStyle::from((FAMILY, height));
    style.color = color.to_backend_color();
    style
}
