//! The words and signs of a filter.

use crate::{Comparison, FilterError};
use std::ops::Range;

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    Name(&'a str),
    /// As written, with a sign if there is one.
    Number(&'a str),
    /// Without its quotes.
    String(&'a str),
    Compare(Comparison),
    And,
    Or,
    Not,
    In,
    Like,
    Is,
    Null,
    Boolean(bool),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

impl Token<'_> {
    /// The token in an error message.
    pub(crate) fn describe(self, written: &str) -> String {
        match self {
            Token::Name(name) => format!("the name `{name}`"),
            Token::Number(number) => format!("the number `{number}`"),
            Token::String(_) => format!("the string `{written}`"),
            Token::End => "the end".to_owned(),
            _ => format!("`{written}`"),
        }
    }
}

/// Splits a text into tokens, from the left.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token with its bytes; [`Token::End`] at the end, however often it is asked for.
    pub(crate) fn next(&mut self) -> Result<(Token<'a>, Range<usize>), FilterError> {
        self.take_while(char::is_whitespace);
        let start = self.at;
        let token = match self.rest().chars().next() {
            None => Token::End,
            Some(quote @ ('"' | '\'')) => self.string(quote)?,
            Some(c) if c.is_alphabetic() || c == '_' => word(self.take_while(is_name)),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => {
                Token::Number(self.take_while(is_number))
            }
            Some(c) => self.sign(c)?,
        };
        Ok((token, start..self.at))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn string(&mut self, quote: char) -> Result<Token<'a>, FilterError> {
        let start = self.at;
        self.at += quote.len_utf8();
        let content = self.take_while(|c| c != quote);
        if self.rest().is_empty() {
            return Err(FilterError::new(start..self.at, "the string does not end")
                .help(format!("close it with `{quote}`")));
        }
        self.at += quote.len_utf8();
        Ok(Token::String(content))
    }

    fn sign(&mut self, first: char) -> Result<Token<'a>, FilterError> {
        const SIGNS: [(&str, Token<'static>); 11] = [
            ("<=", Token::Compare(Comparison::LessOrEqual)),
            (">=", Token::Compare(Comparison::GreaterOrEqual)),
            ("!=", Token::Compare(Comparison::NotEqual)),
            ("<", Token::Compare(Comparison::Less)),
            (">", Token::Compare(Comparison::Greater)),
            ("=", Token::Compare(Comparison::Equal)),
            ("(", Token::Open),
            (")", Token::Close),
            ("[", Token::OpenList),
            ("]", Token::CloseList),
            (",", Token::Comma),
        ];
        const ELSEWHERE: [(&str, &str); 6] = [
            ("==", "="),
            ("<>", "!="),
            ("~", "like"),
            ("&&", "and"),
            ("||", "or"),
            ("!", "not"),
        ];
        let rest = self.rest();
        let begins = |sign: &str| rest.starts_with(sign);
        // `!` is foreign, `!=` is not.
        let foreign = ELSEWHERE.iter().find(|(sign, _)| begins(sign));
        let foreign = foreign.filter(|_| !begins("!="));
        if let Some((sign, ours)) = foreign {
            let span = self.at..self.at + sign.len();
            return Err(FilterError::new(span, format!("`{sign}` is no operator"))
                .help(format!("write `{ours}`")));
        }
        match SIGNS.iter().find(|(sign, _)| begins(sign)) {
            Some((sign, token)) => {
                self.at += sign.len();
                Ok(*token)
            }
            None => {
                let span = self.at..self.at + first.len_utf8();
                let first = first.escape_debug();
                Err(FilterError::new(
                    span,
                    format!("`{first}` has no meaning here"),
                ))
            }
        }
    }
}

/// The names that a text speaks of, whether they exist or not, in their order; those before the first
/// place where it is no filter.
pub fn names_of(text: &str) -> Vec<&str> {
    let mut lexer = Lexer::new(text);
    let mut names = Vec::new();
    while let Ok((token, _)) = lexer.next() {
        match token {
            Token::End => break,
            Token::Name(name) => names.push(name),
            _ => {}
        }
    }
    names
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-')
}

/// More than numbers: `1.2.3` and `7th` are better called bad numbers than two tokens.
fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+')
}

/// A word of the language, or else a name.
fn word(written: &str) -> Token<'_> {
    match written.to_ascii_lowercase().as_str() {
        "and" => Token::And,
        "or" => Token::Or,
        "not" => Token::Not,
        "in" => Token::In,
        "like" => Token::Like,
        "is" => Token::Is,
        "null" => Token::Null,
        "true" => Token::Boolean(true),
        "false" => Token::Boolean(false),
        _ => Token::Name(written),
    }
}
