//! Text to a typed filter, by recursive descent.

use crate::lexer::{Lexer, Token};
use crate::{Comparison, Filter, FilterError, Predicate, Schema, Type, Value, literal};
use std::ops::Range;

/// Most `(` and `not` that may enclose one test.
pub const DEPTH_MAX: usize = 50;
/// Most tests of a filter. SQLite allows a condition of 1,000 parts.
pub const TESTS_MAX: usize = 500;

/// Parses a filter on the names of `schema`.
///
/// # Errors
/// At the first place where the text is no filter, a name is unknown, or a value or operator does not
/// fit the type of its name.
pub fn parse(text: &str, schema: &Schema) -> Result<Filter, FilterError> {
    let mut parser = Parser {
        text,
        schema,
        lexer: Lexer::new(text),
        token: Token::End,
        span: 0..0,
        depth: 0,
        tests: 0,
    };
    parser.advance()?;
    let filter = parser.or()?;
    match parser.token {
        Token::End => Ok(filter),
        Token::Close => Err(parser.error("this `)` closes nothing")),
        _ => Err(parser.expected("`and`, `or` or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    schema: &'a Schema,
    lexer: Lexer<'a>,
    /// The token that comes next, and its bytes.
    token: Token<'a>,
    span: Range<usize>,
    depth: usize,
    tests: usize,
}

impl<'a> Parser<'a> {
    /// Goes on to the next token.
    fn advance(&mut self) -> Result<(), FilterError> {
        (self.token, self.span) = self.lexer.next()?;
        Ok(())
    }

    /// Goes on if the next token is the given one; whether it is.
    fn take(&mut self, token: Token<'_>) -> Result<bool, FilterError> {
        let found = self.token == token;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(self.span.clone(), message)
    }

    fn expected(&self, what: &str) -> FilterError {
        let found = self.token.describe(self.written());
        self.error(format!("expected {what}, found {found}"))
    }

    /// The next token as it is written.
    fn written(&self) -> &'a str {
        self.text.get(self.span.clone()).unwrap_or_default()
    }

    fn or(&mut self) -> Result<Filter, FilterError> {
        self.joined(Token::Or, Self::and, Filter::Or)
    }

    fn and(&mut self) -> Result<Filter, FilterError> {
        self.joined(Token::And, Self::negation, Filter::And)
    }

    fn joined(
        &mut self,
        joint: Token<'_>,
        part: impl Fn(&mut Self) -> Result<Filter, FilterError>,
        join: impl Fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, FilterError> {
        let first = part(self)?;
        if self.token != joint {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(joint)? {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn negation(&mut self) -> Result<Filter, FilterError> {
        let opening = self.span.clone();
        if self.take(Token::Not)? {
            let filter = self.deeper(opening, Self::negation)?;
            return Ok(Filter::Not(Box::new(filter)));
        }
        if self.take(Token::Open)? {
            let filter = self.deeper(opening, Self::or)?;
            if self.take(Token::Close)? {
                return Ok(filter);
            }
            return Err(self.expected("`)`, `and` or `or`"));
        }
        self.test()
    }

    fn deeper(
        &mut self,
        opening: Range<usize>,
        part: impl Fn(&mut Self) -> Result<Filter, FilterError>,
    ) -> Result<Filter, FilterError> {
        if self.depth == DEPTH_MAX {
            let message = format!("more than {DEPTH_MAX} `(` and `not` inside each other");
            return Err(FilterError::new(opening, message));
        }
        self.depth += 1;
        let filter = part(self)?;
        self.depth -= 1;
        Ok(filter)
    }

    fn test(&mut self) -> Result<Filter, FilterError> {
        let Token::Name(name) = self.token else {
            let error = self.expected("a name, `not` or `(`");
            return Err(match self.token {
                Token::Number(_) | Token::String(_) | Token::Boolean(_) => {
                    error.help("a test begins with a name, such as `seed = 1`")
                }
                _ => error,
            });
        };
        let Some(kind) = self.schema.type_of(name) else {
            let error = self.error(format!("there is no name `{name}`"));
            return Err(error.help(self.schema.suggestion(name)));
        };
        if self.tests == TESTS_MAX {
            return Err(self.error(format!("more than {TESTS_MAX} tests")));
        }
        self.tests += 1;
        self.advance()?;
        self.predicate(name, kind)
    }

    fn predicate(&mut self, name: &'a str, kind: Type) -> Result<Filter, FilterError> {
        let test = |predicate| Filter::Test {
            name: name.to_owned(),
            predicate,
        };
        if self.take(Token::Is)? {
            let negated = self.take(Token::Not)?;
            if !self.take(Token::Null)? {
                return Err(self.expected("`null`"));
            }
            return Ok(negate(negated, test(Predicate::IsNull)));
        }
        if let Token::Compare(comparison) = self.token {
            let predicate = self.comparison(comparison, name, kind)?;
            return Ok(test(predicate));
        }
        let negated = self.take(Token::Not)?;
        let predicate = match self.token {
            Token::In => self.list(name, kind)?,
            Token::Like => self.pattern(name, kind)?,
            _ if negated => return Err(self.expected("`in` or `like`")),
            _ if kind == Type::Boolean => {
                let error = self.expected("an operator");
                return Err(error.help(format!("write `{name} = true`")));
            }
            _ => return Err(self.expected("an operator, such as `=`, `in` or `is`")),
        };
        Ok(negate(negated, test(predicate)))
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        name: &str,
        kind: Type,
    ) -> Result<Predicate, FilterError> {
        match kind {
            Type::Time if !comparison.is_order() => return Err(self.exact_time(name)),
            Type::Text | Type::Boolean if comparison.is_order() => {
                let symbol = comparison.symbol();
                let error = self.error(format!("`{name}` is {kind}, which has no order"));
                return Err(error.help(format!("write `=` or `!=` instead of `{symbol}`")));
            }
            _ => {}
        }
        self.advance()?;
        Ok(Predicate::Compares(comparison, self.value(name, kind)?))
    }

    fn list(&mut self, name: &str, kind: Type) -> Result<Predicate, FilterError> {
        if kind == Type::Time {
            return Err(self.exact_time(name));
        }
        self.advance()?;
        if !self.take(Token::OpenList)? {
            let error = self.expected("`[`");
            return Err(error.help("write the values in brackets, such as `[1, 2]`"));
        }
        let mut values = vec![self.value(name, kind)?];
        while self.take(Token::Comma)? {
            values.push(self.value(name, kind)?);
        }
        if !self.take(Token::CloseList)? {
            return Err(self.expected("`,` or `]`"));
        }
        Ok(Predicate::In(values))
    }

    fn pattern(&mut self, name: &str, kind: Type) -> Result<Predicate, FilterError> {
        if kind != Type::Text {
            return Err(self.error(format!("`{name}` is {kind}, `like` is for text")));
        }
        self.advance()?;
        let Token::String(pattern) = self.token else {
            let error = self.expected("a pattern");
            return Err(error.help("write a string, such as `\"trm%\"`"));
        };
        self.advance()?;
        Ok(Predicate::Like(pattern.to_owned()))
    }

    fn value(&mut self, name: &str, kind: Type) -> Result<Value, FilterError> {
        let (span, written) = (self.span.clone(), self.written());
        let value = literal::value(self.token, span, written, (name, kind))?;
        self.advance()?;
        Ok(value)
    }

    /// Times are recorded to the microsecond, so that one which is asked for exactly is never found.
    fn exact_time(&self, name: &str) -> FilterError {
        let error = self.error(format!(
            "`{name}` is a time, which can only be compared with `<`, `<=`, `>` and `>=`"
        ));
        error.help(format!(
            "write `{name} >= \"2026-11-01\" and {name} < \"2026-11-02\"` for a day"
        ))
    }
}

fn negate(negated: bool, filter: Filter) -> Filter {
    if negated {
        Filter::Not(Box::new(filter))
    } else {
        filter
    }
}
