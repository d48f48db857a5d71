//! How often which numbers occur, as bars.

use crate::format::{decimal, whole};
use hrm_audit::{Bin, Measure};
use maud::{Markup, html};

/// Width and height of the drawing, without the labels.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 90.0;

/// Room below the bars for the labels.
const LABELS: f64 = 18.0;

pub(super) fn figure(measure: &Measure) -> Markup {
    let Measure {
        name,
        min,
        mean,
        max,
        bins,
    } = measure;
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let step = WIDTH / bins.len().max(1) as f64;
    let view = format!("0 0 {WIDTH} {}", HEIGHT + LABELS);
    let middle = format!("{} to {}, mean {}", whole(*min), whole(*max), tenths(*mean));
    html! {
        figure.histogram {
            figcaption { strong { (capital(name)) } " " (middle) }
            svg viewBox=(view) role="img" aria-label=(format!("{name}: {middle}")) {
                @for (index, bin) in bins.iter().enumerate() {
                    @let height = bin.count as f64 / most as f64 * HEIGHT;
                    rect x=(number(index as f64 * step + 0.5)) y=(number(HEIGHT - height))
                        width=(number(step - 1.0)) height=(number(height)) {
                        title { (label(bin)) ": " (whole(bin.count as u64)) }
                    }
                }
                line x1="0" x2=(WIDTH) y1=(HEIGHT) y2=(HEIGHT) {}
                @if let (Some(first), Some(last)) = (bins.first(), bins.last()) {
                    text x="0" y=(HEIGHT + 14.0) { (whole(first.first)) }
                    text.end x=(WIDTH) y=(HEIGHT + 14.0) { (whole(last.last)) }
                }
            }
        }
    }
}

fn label(bin: &Bin) -> String {
    if bin.first == bin.last {
        whole(bin.first)
    } else {
        format!("{}–{}", whole(bin.first), whole(bin.last))
    }
}

fn tenths(value: f64) -> String {
    decimal((value * 10.0).round() / 10.0)
}

/// A coordinate, exact enough.
fn number(value: f64) -> String {
    format!("{value:.2}")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
