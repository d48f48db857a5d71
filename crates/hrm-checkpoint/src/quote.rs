//! Names from files within messages.

use std::fmt;

/// Longest piece of a name that a message repeats, in characters.
const SHOWN: usize = 80;

/// A name from a file in backticks, shortened, and with control characters escaped.
pub(crate) struct Quote<'a>(pub(crate) &'a str);

impl fmt::Display for Quote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        f.write_str("`")?;
        for character in characters.by_ref().take(SHOWN) {
            match character.is_control() {
                true => write!(f, "{}", character.escape_default())?,
                false => write!(f, "{character}")?,
            }
        }
        let rest = if characters.next().is_some() {
            "…"
        } else {
            ""
        };
        write!(f, "{rest}`")
    }
}

#[cfg(test)]
mod tests {
    use super::Quote;

    #[test]
    fn a_hostile_name_is_shortened_and_escaped() {
        assert_eq!(Quote("a.b").to_string(), "`a.b`");
        assert_eq!(Quote("\u{1b}[31m\n").to_string(), "`\\u{1b}[31m\\n`");
        assert_eq!(
            Quote(&"x".repeat(81)).to_string(),
            format!("`{}…`", "x".repeat(80))
        );
    }
}
