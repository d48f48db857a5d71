//! Plots: each is described once, as a [`Chart`], and drawn from that as SVG and as PNG.

mod adaptive;
mod chart;
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

/// Size of a plot in CSS pixels: less than half of the page's width, so that its text can be read
/// where a phone shows it smaller.
pub(crate) const WIDTH: u32 = 480;
/// See [`WIDTH`].
pub(crate) const HEIGHT: u32 = 330;
/// Drawing units per CSS pixel: PNGs have 1440×990 pixels, 300 dpi at 12 cm.
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
            segments: finish(segments::chart(data, &series))?,
            halting: finish(halting::chart(data, &series))?,
            adaptive: finish(adaptive::chart(data, &series))?,
            votes: finish(votes::chart(data, &series))?,
            residuals: finish(hidden_states::residuals(data, &series))?,
            participation: finish(hidden_states::participation(data, &series))?,
        })
    }

    /// The plots that there are, in the order of the page.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Plot> {
        [
            &self.loss,
            &self.accuracy,
            &self.segments,
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
