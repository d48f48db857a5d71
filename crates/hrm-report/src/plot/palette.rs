//! Colors of plots.

use plotters::style::RGBColor;

/// Background. The page makes it transparent, so that the card behind shows.
pub(crate) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// Text and axes. The page turns it light in dark mode.
pub(crate) const INK: RGBColor = RGBColor(0x1f, 0x29, 0x33);
/// Secondary text and reference lines. The page turns it light in dark mode.
pub(crate) const MUTED: RGBColor = RGBColor(0x5b, 0x67, 0x74);
/// Grid lines. The page turns it dark in dark mode.
pub(crate) const GRID: RGBColor = RGBColor(0xe3, 0xe7, 0xeb);

/// The colors of Okabe and Ito ("Color Universal Design", 2008), safe for color-blind readers.
/// Without black, which is the text's, and yellow, which white swallows.
const OKABE_ITO: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2), // blue
    RGBColor(0xd5, 0x5e, 0x00), // vermillion
    RGBColor(0x00, 0x9e, 0x73), // bluish green
    RGBColor(0xcc, 0x79, 0xa7), // reddish purple
    RGBColor(0xe6, 0x9f, 0x00), // orange
    RGBColor(0x56, 0xb4, 0xe9), // sky blue
];

/// The "muted" colors of Tol ("Colour schemes", SRON technical note, 2021), just as safe, for up to nine
/// series. Without the pale sand, which white swallows, and the dark indigo, which dark pages swallow: the
/// blue of Okabe and Ito and a gray stand for them.
const TOL_MUTED: [RGBColor; 9] = [
    RGBColor(0x00, 0x72, 0xb2), // blue
    RGBColor(0xcc, 0x66, 0x77), // rose
    RGBColor(0x11, 0x77, 0x33), // green
    RGBColor(0x88, 0xcc, 0xee), // cyan
    RGBColor(0x88, 0x22, 0x55), // wine
    RGBColor(0x44, 0xaa, 0x99), // teal
    RGBColor(0x99, 0x99, 0x33), // olive
    RGBColor(0xaa, 0x44, 0x99), // purple
    RGBColor(0x88, 0x88, 0x88), // gray
];

/// Anchors of the viridis map without both ends, which dark and light pages would swallow.
const VIRIDIS: [RGBColor; 3] = [
    RGBColor(0x3b, 0x52, 0x8b),
    RGBColor(0x21, 0x91, 0x8c),
    RGBColor(0x5e, 0xc9, 0x62),
];

/// Colors of `count` series: distinct ones while they last, then an even walk along viridis,
/// which at least keeps the order of a sweep visible.
pub(crate) fn series(count: usize) -> Vec<RGBColor> {
    for colors in [OKABE_ITO.as_slice(), &TOL_MUTED] {
        if let Some(colors) = colors.get(..count) {
            return colors.to_vec();
        }
    }
    (0..count)
        .map(|index| viridis(index as f64 / (count - 1) as f64))
        .collect()
}

fn viridis(position: f64) -> RGBColor {
    let along = position * (VIRIDIS.len() - 1) as f64;
    let below = (along as usize).min(VIRIDIS.len() - 2);
    let share = along - below as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    match (VIRIDIS.get(below), VIRIDIS.get(below + 1)) {
        (Some(a), Some(b)) => RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2)),
        _ => INK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_its_own_color() {
        for count in [0, 1, 6, 7, 9, 10, 40] {
            let mut colors: Vec<_> = series(count)
                .into_iter()
                .map(|RGBColor(r, g, b)| (r, g, b))
                .collect();
            assert_eq!(colors.len(), count);
            colors.sort_unstable();
            colors.dedup();
            assert_eq!(colors.len(), count, "{count} series");
        }
    }
}
