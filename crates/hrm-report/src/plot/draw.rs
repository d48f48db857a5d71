//! Draws a [`Chart`] on any backend: the one place that knows the drawing library.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks};
use super::legend::{self, Entry, Key};
use super::{MARGIN, PLOT_HEIGHT, SCALE, WIDTH, palette, text};
use crate::format::{decimal, percent, whole};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, EmptyElement, PathElement, Polygon, Rectangle};
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, DashedLineSeries, DrawingArea, DrawingBackend, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle};

type Area<B> = DrawingArea<B, Shift>;
type Context<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

const BAND_OPACITY: f64 = 0.15;
const THIN_OPACITY: f64 = 0.7;

/// Width and height of a chart in drawing units. It grows with its legend, which so never takes room
/// from the plot.
pub(crate) fn size(chart: &Chart) -> Result<(u32, u32), String> {
    let height = 2 * MARGIN + legend::height(&chart.legend)? + PLOT_HEIGHT;
    Ok((WIDTH * SCALE, height * SCALE))
}

/// Draws a chart. The error is the drawing library's message.
pub(crate) fn draw<B: DrawingBackend>(area: &Area<B>, chart: &Chart) -> Result<(), String> {
    area.fill(&palette::PAPER).map_err(text_of)?;
    let margin = MARGIN * SCALE;
    let area = area.margin(margin, margin, margin, margin);
    legend::draw(&area, &chart.legend)?;
    let (_, plot_area) = area.split_vertically(legend::height(&chart.legend)? * SCALE);
    let mut context = ChartBuilder::on(&plot_area)
        .margin_right(20 * SCALE)
        .margin_top(6 * SCALE)
        .x_label_area_size(46 * SCALE)
        .y_label_area_size(66 * SCALE)
        .build_cartesian_2d(chart.x.low..chart.x.high, chart.y.low..chart.y.high)
        .map_err(text_of)?;
    draw_mesh(&mut context, chart)?;
    chart
        .layers
        .iter()
        .try_for_each(|layer| draw_layer(&mut context, chart, layer))
}

fn draw_mesh<B: DrawingBackend>(context: &mut Context<'_, B>, chart: &Chart) -> Result<(), String> {
    context
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(plotters::style::TRANSPARENT)
        .bold_line_style(palette::GRID.stroke_width(SCALE))
        .axis_style(palette::MUTED.stroke_width(SCALE))
        .set_all_tick_mark_size(4 * SCALE)
        .x_labels(tick_count(&chart.x))
        .y_labels(tick_count(&chart.y))
        .x_label_formatter(&|value| tick(&chart.x, *value))
        .y_label_formatter(&|value| tick(&chart.y, *value))
        .label_style(text::muted(13))
        .axis_desc_style(text::ink(14))
        .x_desc(chart.x.label)
        .y_desc(chart.y.label)
        .draw()
        .map_err(text_of)
}

fn tick_count(axis: &ChartAxis) -> usize {
    match &axis.ticks {
        Ticks::Decimal | Ticks::Percent => 6,
        Ticks::Whole | Ticks::PowerOfTen => 8,
        // Steps of one, or smaller ones that meet every whole number.
        Ticks::Names(names) => 2 * names.len().max(1),
    }
}

fn tick(axis: &ChartAxis, value: f64) -> String {
    let is_whole = (value - value.round()).abs() < 1e-6 && value > -0.5;
    match &axis.ticks {
        Ticks::Decimal => decimal(value),
        Ticks::Percent => percent(value).replace(".0 %", " %"),
        Ticks::Whole if is_whole => whole(value.round() as u64),
        Ticks::PowerOfTen if is_whole => whole(10f64.powf(value).round() as u64),
        Ticks::Names(names) if is_whole => {
            let name = names.get(value.round() as usize);
            name.cloned().unwrap_or_default()
        }
        Ticks::Whole | Ticks::PowerOfTen | Ticks::Names(_) => String::new(),
    }
}

fn draw_layer<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    chart: &Chart,
    layer: &Layer,
) -> Result<(), String> {
    match layer {
        Layer::Band { points, color } => {
            let upper = points.iter().map(|&(x, _, high)| (x, high));
            let lower = points.iter().rev().map(|&(x, low, _)| (x, low));
            let outline: Vec<_> = upper.chain(lower).collect();
            add(
                context,
                [Polygon::new(outline, color.mix(BAND_OPACITY).filled())],
            )
        }
        Layer::Line {
            points,
            color,
            stroke: Stroke::Dashed,
        } => {
            let style = line_style(*color, Stroke::Dashed);
            dashed(context, points.clone(), style)
        }
        Layer::Line {
            points,
            color,
            stroke,
        } => add(
            context,
            [PathElement::new(
                points.clone(),
                line_style(*color, *stroke),
            )],
        ),
        Layer::Marks {
            points,
            color,
            shape,
        } => draw_marks(context, points, *color, *shape),
        Layer::ErrorBar {
            x,
            low,
            high,
            color,
        } => draw_interval(context, [(*x, *low), (*x, *high)], *color),
        Layer::Span {
            y,
            low,
            high,
            color,
        } => draw_interval(context, [(*low, *y), (*high, *y)], *color),
        Layer::Bar {
            left,
            right,
            height,
            color,
        } => add(
            context,
            [Rectangle::new(
                [(*left, 0.0), (*right, *height)],
                color.filled(),
            )],
        ),
        Layer::Rule { x, label } => draw_rule(context, chart, *x, *label),
    }
}

fn draw_interval<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    ends: [(f64, f64); 2],
    color: RGBColor,
) -> Result<(), String> {
    let style = line_style(color, Stroke::Solid);
    add(context, [PathElement::new(ends.to_vec(), style)])
}

fn draw_marks<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    points: &[(f64, f64)],
    color: RGBColor,
    shape: Shape,
) -> Result<(), String> {
    match shape {
        Shape::Circle => {
            let radius = (5 * SCALE / 2) as i32;
            add(
                context,
                points
                    .iter()
                    .map(|&point| Circle::new(point, radius, color.filled())),
            )
        }
        Shape::Diamond => {
            let r = (6 * SCALE) as i32;
            let diamond = |point| {
                EmptyElement::at(point)
                    + Polygon::new(vec![(0, -r), (r, 0), (0, r), (-r, 0)], color.filled())
            };
            add(context, points.iter().map(|&point| diamond(point)))
        }
    }
}

fn draw_rule<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    chart: &Chart,
    x: f64,
    label: Option<&str>,
) -> Result<(), String> {
    let style = palette::MUTED.stroke_width(SCALE);
    dashed(context, vec![(x, chart.y.low), (x, chart.y.high)], style)?;
    let Some(label) = label else {
        return Ok(());
    };
    // On the side with more room, low where curves of accuracy seldom are.
    let right_half = x > f64::midpoint(chart.x.low, chart.x.high);
    let (side, gap) = if right_half {
        (HPos::Right, -5)
    } else {
        (HPos::Left, 5)
    };
    let gap = gap * SCALE as i32;
    let anchored = text::muted(13).pos(Pos::new(side, VPos::Bottom));
    let height = chart.y.low + (chart.y.high - chart.y.low) * 0.03;
    let element = EmptyElement::at((x, height)) + Text::new(label.to_owned(), (gap, 0), anchored);
    add(context, [element])
}

/// Draws the key of a legend entry, `width` wide, centered on `middle`.
pub(crate) fn key<B: DrawingBackend>(
    area: &Area<B>,
    entry: &Entry,
    x: i32,
    middle: i32,
    width: i32,
) -> Result<(), String> {
    let center = x + width / 2;
    let r = (6 * SCALE) as i32;
    match entry.key {
        Key::Line(Stroke::Dashed) => {
            let third = width * 2 / 5;
            let style = line_style(entry.color, Stroke::Dashed);
            area.draw(&PathElement::new(
                vec![(x, middle), (x + third, middle)],
                style,
            ))
            .map_err(text_of)?;
            area.draw(&PathElement::new(
                vec![(x + width - third, middle), (x + width, middle)],
                style,
            ))
            .map_err(text_of)
        }
        Key::Line(stroke) => {
            let style = line_style(entry.color, stroke);
            area.draw(&PathElement::new(
                vec![(x, middle), (x + width, middle)],
                style,
            ))
            .map_err(text_of)
        }
        Key::Box => {
            let corners = [(center - r, middle - r), (center + r, middle + r)];
            area.draw(&Rectangle::new(corners, entry.color.filled()))
                .map_err(text_of)
        }
        Key::Diamond => {
            let corners = vec![
                (center, middle - r),
                (center + r, middle),
                (center, middle + r),
                (center - r, middle),
            ];
            area.draw(&Polygon::new(corners, entry.color.filled()))
                .map_err(text_of)
        }
    }
}

fn line_style(color: RGBColor, stroke: Stroke) -> ShapeStyle {
    match stroke {
        Stroke::Solid | Stroke::Dashed => color.stroke_width(2 * SCALE),
        Stroke::Thin => color.mix(THIN_OPACITY).stroke_width(SCALE * 4 / 3),
    }
}

fn dashed<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    points: Vec<(f64, f64)>,
    style: ShapeStyle,
) -> Result<(), String> {
    let series = DashedLineSeries::new(points, 6 * SCALE, 4 * SCALE, style);
    context.draw_series(series).map(drop).map_err(text_of)
}

fn add<'a, B: DrawingBackend, E>(
    context: &mut Context<'a, B>,
    elements: impl IntoIterator<Item = E>,
) -> Result<(), String>
where
    for<'b> &'b E: plotters::element::PointCollection<'b, (f64, f64)>,
    E: plotters::element::Drawable<B>,
{
    context.draw_series(elements).map(drop).map_err(text_of)
}

fn text_of(error: impl std::fmt::Display) -> String {
    error.to_string()
}
