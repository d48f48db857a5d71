//! A chart as PNG.

use super::chart::Chart;
use super::draw;
use plotters::prelude::{BitMapBackend, IntoDrawingArea};
use plotters::style::FontTransform;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// The PNG file of a chart, 8-bit RGB.
pub(crate) fn png(chart: &Chart) -> Result<Vec<u8>, String> {
    let (width, height) = draw::size(chart)?;
    let mut pixels = vec![0; (width * height * 3) as usize];
    {
        let area = AlignedText(BitMapBackend::with_buffer(&mut pixels, (width, height)))
            .into_drawing_area();
        draw::draw(&area, chart)?;
        area.present().map_err(|error| error.to_string())?;
    }
    encode(&pixels, width, height).map_err(|error| error.to_string())
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

/// How much higher the bitmap backend sets text than the SVG backend, in line heights: its glyphs
/// sit half a line under the top of a box that is counted one em high.
const RISE: f64 = 0.115;

/// The bitmap backend with its text where the SVG backend has it.
struct AlignedText<'a>(BitMapBackend<'a>);

type Error<'a> = <BitMapBackend<'a> as DrawingBackend>::ErrorType;

impl<'a> DrawingBackend for AlignedText<'a> {
    type ErrorType = Error<'a>;

    fn get_size(&self) -> (u32, u32) {
        self.0.get_size()
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Error<'a>>> {
        self.0.ensure_prepared()
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Error<'a>>> {
        self.0.present()
    }

    fn draw_pixel(
        &mut self,
        point: BackendCoord,
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Error<'a>>> {
        self.0.draw_pixel(point, color)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Error<'a>>> {
        self.0.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Result<(), DrawingErrorKind<Error<'a>>> {
        let drop = (style.size() * RISE).round() as i32;
        let place = match style.transform() {
            FontTransform::None => (x, y + drop),
            FontTransform::Rotate90 => (x - drop, y),
            FontTransform::Rotate180 => (x, y - drop),
            FontTransform::Rotate270 => (x + drop, y),
        };
        self.0.draw_text(text, style, place)
    }
}
