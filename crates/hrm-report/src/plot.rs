//! Plots: each is described once, as a [`Chart`], and drawn from that as SVG and as PNG.

mod adaptive;
mod chart;
mod columns;
mod comparison;
mod curves;
mod draw;
mod halting;
mod hidden_states;
mod legend;
pub(crate) mod palette;
mod raster;
mod segments;
mod text;
mod vector;
mod votes;

use crate::series::series_by_training;
use crate::{ReportData, ReportError};
use chart::Chart;
pub(crate) use chart::Stroke;
pub(crate) use comparison::{difficulty, forest};

/// Width of a plot in CSS pixels: less than half of the page's width, so that its text can be read
/// where a phone shows it smaller.
pub(crate) const WIDTH: u32 = 480;
/// Height of a plot in CSS pixels, its axes included and the legend above it not.
const PLOT_HEIGHT: u32 = 282;
/// Around plot and legend, in CSS pixels.
const MARGIN: u32 = 10;
/// Drawing units per CSS pixel: PNGs are 1440 pixels wide, 300 dpi at 12 cm.
const SCALE: u32 = 3;

/// A finished plot.
#[derive(Debug)]
pub(crate) struct Plot {
    /// File name without its ending.
    pub(crate) name: &'static str,
    /// Heading on the page.
    pub(crate) title: &'static str,
    /// How to read it.
    pub(crate) caption: String,
    /// SVG document.
    pub(crate) svg: String,
    /// PNG file.
    pub(crate) png: Vec<u8>,
}

/// The plots of a report; each is missing where the data has nothing to draw.
#[derive(Debug)]
pub(crate) struct Plots {
    pub(crate) loss: Option<Plot>,
    pub(crate) accuracy: Option<Plot>,
    pub(crate) segments: Option<Plot>,
    pub(crate) compute: Option<Plot>,
    pub(crate) halting: Option<Plot>,
    pub(crate) adaptive: Option<Plot>,
    pub(crate) votes: Option<Plot>,
    pub(crate) residuals: Option<Plot>,
    pub(crate) participation: Option<Plot>,
}

impl Plots {
    /// Draws every plot that the data allows.
    pub(crate) fn draw(data: &ReportData) -> Result<Self, ReportError> {
        text::register_font()?;
        let series = series_by_training(data);
        let finish = |chart: Option<Chart>| chart.map(finish).transpose();
        Ok(Self {
            loss: finish(curves::loss(data, &series))?,
            accuracy: finish(curves::exact_accuracy(data, &series))?,
            segments: finish(segments::by_segment(data))?,
            compute: finish(segments::by_cost(data))?,
            halting: finish(halting::chart(data, &series))?,
            adaptive: finish(adaptive::chart(data))?,
            votes: finish(votes::chart(data))?,
            residuals: finish(hidden_states::residuals(data))?,
            participation: finish(hidden_states::participation(data))?,
        })
    }

    /// The plots that there are, in the order of the page.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Plot> {
        [
            &self.loss,
            &self.accuracy,
            &self.segments,
            &self.compute,
            &self.halting,
            &self.adaptive,
            &self.votes,
            &self.residuals,
            &self.participation,
        ]
        .into_iter()
        .flatten()
    }
}

/// A plot of a page that has no files beside it.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// Heading on the page.
    pub(crate) title: &'static str,
    /// How to read it.
    pub(crate) caption: String,
    /// SVG document.
    pub(crate) svg: String,
}

impl Drawing {
    fn of(chart: Chart) -> Result<Self, ReportError> {
        text::register_font()?;
        let svg = vector::svg(&chart).map_err(|message| chart.error("SVG", message))?;
        Ok(Self {
            title: chart.title,
            caption: chart.caption,
            svg,
        })
    }
}

fn finish(chart: Chart) -> Result<Plot, ReportError> {
    let svg = vector::svg(&chart).map_err(|message| chart.error("SVG", message))?;
    let png = raster::png(&chart).map_err(|message| chart.error("PNG", message))?;
    Ok(Plot {
        name: chart.name,
        title: chart.title,
        caption: chart.caption,
        svg,
        png,
    })
}
