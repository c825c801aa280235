//! Filters: SQL boolean expressions over a schema's columns, held to a subset that can only compare.
//!
//! What is allowed: columns, literals, `=`, `<>`, `<`, `<=`, `>`, `>=`, `IN (...)`, `BETWEEN`, `IS [NOT] NULL`, `AND`, `OR`,
//! `NOT`, parentheses. Functions, arithmetic, casts and queries are refused, so that a filter can be read aloud, runs the
//! same on every engine and cannot run for ever. As in SQL, a comparison with a value that is not recorded is neither true
//! nor false; how many records that leaves out is counted and stated.

use std::ops::Range;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};
use sqlparser::dialect::AnsiDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::diagnostic::{Fault, did_you_mean};
use crate::fields::{At, Faults};
use crate::schema::{ColumnRef, ColumnType, Reach, Role, Schema};
use crate::value::{parse_date, parse_decimal};

/// How deep a filter may nest. The parser tries each parenthesis, and each word such as NOT, in more than one way, so that its
/// work doubles with each level.
const DEEPEST: usize = 12;
/// How deep the parser may go for everything else that nests.
const DEEPEST_CALL: usize = 40;
/// What is said of one that nests deeper.
const TOO_DEEP: &str = "it is nested too deeply";
/// How long a filter may be.
const LONGEST: usize = 10_000;

/// A value that a column is compared with, of the column's own type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number in units of its last place.
    Decimal(i64),
    /// A date; for a coarser precision, its first day.
    Date(Date),
    /// A date with a time.
    DateTime(DateTime),
    /// Yes or no.
    Boolean(bool),
    /// The position of a code in its list.
    Code(u32),
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a filter means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// A comparison with a literal.
    Compare {
        /// The column.
        column: ColumnRef,
        /// How.
        how: Comparison,
        /// With what.
        with: Literal,
    },
    /// One of several literals.
    In {
        /// The column.
        column: ColumnRef,
        /// Which; in order, each once.
        any_of: Vec<Literal>,
    },
    /// No value is recorded.
    IsNull {
        /// The column.
        column: ColumnRef,
    },
    /// All of these.
    And(Vec<Filter>),
    /// Any of these.
    Or(Vec<Filter>),
    /// Not.
    Not(Box<Filter>),
}

impl Filter {
    /// The columns that it reads.
    pub fn columns(&self) -> Vec<ColumnRef> {
        let mut columns = match self {
            Self::Compare { column, .. } | Self::In { column, .. } | Self::IsNull { column } => vec![*column],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::columns).collect(),
            Self::Not(inner) => inner.columns(),
        };
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether it lets records through that have this code in `column`: None where something else decides.
    pub fn holds_for(&self, column: ColumnRef, code: u32) -> Option<bool> {
        match self {
            Self::Compare { column: at, how, with: Literal::Code(with) } if *at == column => match how {
                Comparison::Equal => Some(*with == code),
                Comparison::NotEqual => Some(*with != code),
                _ => None,
            },
            Self::In { column: at, any_of } if *at == column => {
                Some(any_of.binary_search(&Literal::Code(code)).is_ok())
            }
            Self::IsNull { column: at } if *at == column => Some(false),
            Self::And(parts) => all_of(parts.iter().map(|part| part.holds_for(column, code))),
            Self::Or(parts) => none_of(parts.iter().map(|part| part.holds_for(column, code))).map(|none| !none),
            Self::Not(inner) => inner.holds_for(column, code).map(|holds| !holds),
            _ => None,
        }
    }
}

/// Whether all of these hold: None where one is undecided and none fails.
pub fn all_of(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    none_of(parts.into_iter().map(|part| part.map(|holds| !holds)))
}

/// Whether none of these holds: None where one is undecided and none holds.
fn none_of(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut none = Some(true);
    for part in parts {
        match part {
            Some(true) => return Some(false),
            Some(false) => {}
            None => none = None,
        }
    }
    none
}

/// Reads a filter over the columns of the record tables within reach and of those that they hang on. Faults are collected.
pub(crate) fn read_filter(written: &At<String>, schema: &Schema, reach: Reach, faults: &Faults) -> Option<Filter> {
    let reader = Reader { written, schema, reach, faults };
    let expression = match parse(&written.value) {
        Ok(expression) => expression,
        Err(message) => {
            faults.add(&written.span, format!("the filter cannot be read: {message}"));
            return None;
        }
    };
    reader.filter(&expression)
}

fn parse(sql: &str) -> Result<Expr, String> {
    if sql.len() > LONGEST {
        return Err(format!("it has {} characters, and at most {LONGEST} are read", sql.len()));
    }
    let tidy = |message: String| {
        let message = message.trim_start_matches("sql parser error: ");
        message.replace("recursion limit exceeded", TOO_DEEP)
    };
    let tokens = Tokenizer::new(&AnsiDialect {}, sql).tokenize_with_location();
    let tokens = tokens.map_err(|error| tidy(error.to_string()))?;
    check_depth(&tokens)?;
    let parser = Parser::new(&AnsiDialect {}).with_recursion_limit(DEEPEST_CALL);
    let mut parser = parser.with_tokens_with_locations(tokens);
    let expression = parser.parse_expr().map_err(|error| tidy(error.to_string()))?;
    match parser.peek_token().token {
        Token::EOF => Ok(expression),
        token => Err(format!("`{token}` stands where the filter should end")),
    }
}

/// Stops what would take the parser for ever: counts parentheses that are open, and in them the words of SQL since the last
/// AND or OR.
fn check_depth(tokens: &[TokenWithSpan]) -> Result<(), String> {
    let mut words = vec![0_usize];
    let mut between = false;
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => words.push(0),
            Token::RParen | Token::RBracket | Token::RBrace if words.len() > 1 => drop(words.pop()),
            Token::Word(word) => {
                if let Some(here) = words.last_mut() {
                    match word.keyword {
                        // What stands after this AND belongs to the comparison.
                        Keyword::AND if between => between = false,
                        Keyword::AND | Keyword::OR => *here = 0,
                        Keyword::BETWEEN => between = true,
                        Keyword::NoKeyword | Keyword::IS | Keyword::NULL | Keyword::IN => {}
                        _ => *here += 1,
                    }
                }
            }
            _ => {}
        }
        if words.len() > DEEPEST + 1 || words.iter().sum::<usize>() > DEEPEST {
            return Err(TOO_DEEP.into());
        }
    }
    Ok(())
}

struct Reader<'r> {
    written: &'r At<String>,
    schema: &'r Schema,
    reach: Reach,
    faults: &'r Faults,
}

impl Reader<'_> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.written.span.clone(), message)
    }

    fn refuse(&self, what: &str) -> Option<Filter> {
        let hint =
            "compare columns with values by =, <>, <, <=, >, >=, IN, BETWEEN and IS NULL; join by AND, OR and NOT";
        self.faults.push(self.fault(format!("a filter cannot {what}")).hint(hint));
        None
    }

    fn filter(&self, expression: &Expr) -> Option<Filter> {
        match expression {
            Expr::Nested(inner) => self.filter(inner),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Some(Filter::Not(Box::new(self.filter(expr)?))),
            Expr::BinaryOp { op: BinaryOperator::And, .. } => {
                Some(Filter::And(self.chain(expression, &BinaryOperator::And)?))
            }
            Expr::BinaryOp { op: BinaryOperator::Or, .. } => {
                Some(Filter::Or(self.chain(expression, &BinaryOperator::Or)?))
            }
            Expr::BinaryOp { left, op, right } => self.comparison(left, op, right),
            Expr::InList { expr, list, negated } => {
                let column = self.column(expr)?;
                let literals: Option<Vec<Literal>> = list.iter().map(|item| self.literal(column, item)).collect();
                let mut any_of = literals?;
                any_of.sort();
                any_of.dedup();
                Some(negate(*negated, Filter::In { column, any_of }))
            }
            Expr::Between { expr, negated, low, high } => {
                let column = self.column(expr)?;
                let (low, high) = (self.literal(column, low), self.literal(column, high));
                let (low, high) = (low?, high?);
                if matches!(self.schema.column(column).holds, ColumnType::Code { .. } | ColumnType::Boolean) {
                    return self.refuse("order codes, or yes and no");
                }
                if high < low {
                    self.faults.push(self.fault("BETWEEN must name the lower value first"));
                    return None;
                }
                let low = Filter::Compare { column, how: Comparison::GreaterOrEqual, with: low };
                let high = Filter::Compare { column, how: Comparison::LessOrEqual, with: high };
                Some(negate(*negated, Filter::And(vec![low, high])))
            }
            Expr::IsNull(inner) => Some(Filter::IsNull { column: self.column(inner)? }),
            Expr::IsNotNull(inner) => Some(negate(true, Filter::IsNull { column: self.column(inner)? })),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => self.flag(expression),
            Expr::Function(function) => self.refuse(&format!("call a function (`{}`)", function.name)),
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => self.refuse("hold a query"),
            other => self.refuse(&format!("hold `{}`", shorten(&other.to_string()))),
        }
    }

    /// The links of `a AND b AND c`, in order. The parser hangs them up to the left, as deep as the chain is long.
    fn chain(&self, expression: &Expr, link: &BinaryOperator) -> Option<Vec<Filter>> {
        let mut links = Vec::new();
        let mut rest = expression;
        while let Expr::BinaryOp { left, op, right } = rest
            && op == link
        {
            links.push(&**right);
            rest = left;
        }
        links.push(rest);
        // Every link is read, so that the faults of all are told.
        let read: Vec<Option<Filter>> = links.into_iter().rev().map(|link| self.filter(link)).collect();
        read.into_iter().collect()
    }

    /// A column that stands alone is a question of yes or no.
    fn flag(&self, expression: &Expr) -> Option<Filter> {
        let column = self.column(expression)?;
        if self.schema.column(column).holds != ColumnType::Boolean {
            let name = &self.schema.column(column).name;
            self.faults.push(self.fault(format!("`{name}` is not a boolean column: compare it with a value")));
            return None;
        }
        Some(Filter::Compare { column, how: Comparison::Equal, with: Literal::Boolean(true) })
    }

    fn comparison(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Filter> {
        let how = match op {
            BinaryOperator::Eq => Comparison::Equal,
            BinaryOperator::NotEq => Comparison::NotEqual,
            BinaryOperator::Lt => Comparison::Less,
            BinaryOperator::LtEq => Comparison::LessOrEqual,
            BinaryOperator::Gt => Comparison::Greater,
            BinaryOperator::GtEq => Comparison::GreaterOrEqual,
            other => return self.refuse(&format!("use `{other}`")),
        };
        let column = self.column(left)?;
        if !matches!(how, Comparison::Equal | Comparison::NotEqual) {
            match self.schema.column(column).holds {
                ColumnType::Code { .. } => return self.refuse("order codes"),
                ColumnType::Boolean => return self.refuse("order yes and no"),
                _ => {}
            }
        }
        let with = self.literal(column, right)?;
        Some(Filter::Compare { column, how, with })
    }

    fn column(&self, expression: &Expr) -> Option<ColumnRef> {
        let (qualifier, name) = match expression {
            Expr::Identifier(name) => (None, name),
            Expr::CompoundIdentifier(parts) if parts.len() == 2 => (Some(&parts[0]), &parts[1]),
            Expr::Nested(inner) => return self.column(inner),
            Expr::Function(function) => {
                self.refuse(&format!("call a function (`{}`)", function.name));
                return None;
            }
            other => {
                let message = format!("a column must stand where `{}` does", shorten(&other.to_string()));
                self.faults.push(self.fault(message).hint("write the column first, then what it is compared with"));
                return None;
            }
        };
        let found = self.schema.find_in(self.reach, qualifier.map(|part| part.value.as_str()), &name.value);
        match found {
            None => {
                let mut fault = Fault::new(self.place(name), format!("unknown column `{}` in the filter", name.value));
                fault.hint = self.schema.column_hint(self.reach, &name.value, std::iter::empty());
                self.faults.push(fault);
                None
            }
            Some(column) if self.schema.column(column).role == Role::Identifier => {
                let message =
                    format!("`{}` is an identifier: it is stored as a pseudonym and cannot be compared", name.value);
                self.faults.push(Fault::new(self.place(name), message));
                None
            }
            found => found,
        }
    }

    /// The place of a name in the file. The parser counts from the filter's own first character; where the filter stands
    /// on one line of the file the two add up, otherwise the filter's beginning is the best that can be named.
    fn place(&self, name: &Ident) -> Range<usize> {
        let start = name.span.start;
        let one_line = self.written.span.len() == self.written.value.len() + 2;
        if start.line != 1 || !one_line || !self.written.value.is_ascii() {
            return self.written.span.clone();
        }
        let from = self.written.span.start + usize::try_from(start.column).unwrap_or(0);
        from..from + name.value.len()
    }

    fn literal(&self, at: ColumnRef, expression: &Expr) -> Option<Literal> {
        let column = self.schema.column(at);
        let text = match expression {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) | Value::Number(text, _) => text.clone(),
                Value::Boolean(flag) => flag.to_string(),
                Value::Null => {
                    let message = format!("nothing equals NULL: write `{} IS NULL`", column.name);
                    self.faults.push(self.fault(message));
                    return None;
                }
                other => {
                    self.refuse(&format!("hold `{}`", shorten(&other.to_string())));
                    return None;
                }
            },
            Expr::TypedString(typed) => match &typed.value.value {
                Value::SingleQuotedString(text) => text.clone(),
                other => {
                    self.refuse(&format!("hold `{}`", shorten(&other.to_string())));
                    return None;
                }
            },
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match &**expr {
                Expr::Value(value) if matches!(value.value, Value::Number(..)) => format!("-{}", value.value),
                other => {
                    self.refuse(&format!("compare a column with `-{}`", shorten(&other.to_string())));
                    return None;
                }
            },
            Expr::Identifier(name) => {
                let fault = Fault::new(self.place(name), format!("`{}` must be compared with a value", column.name));
                self.faults.push(fault.hint(format!("put text in single quotes: '{}'", name.value)));
                return None;
            }
            Expr::Function(function) => {
                self.refuse(&format!("call a function (`{}`)", function.name));
                return None;
            }
            other => {
                self.refuse(&format!("compare a column with `{}`", shorten(&other.to_string())));
                return None;
            }
        };
        self.typed(at, &text)
    }

    /// A literal of the column's type.
    fn typed(&self, at: ColumnRef, text: &str) -> Option<Literal> {
        let column = self.schema.column(at);
        let literal = match &column.holds {
            ColumnType::Text => Some(Literal::Text(text.to_owned())),
            ColumnType::Integer { .. } => text.parse().ok().map(Literal::Integer),
            ColumnType::Decimal { places } => parse_decimal(text, *places).map(Literal::Decimal),
            ColumnType::Date { precision, .. } => parse_date(text, *precision).map(Literal::Date),
            ColumnType::DateTime { .. } => text.parse().ok().map(Literal::DateTime),
            ColumnType::Boolean => text.to_ascii_lowercase().parse().ok().map(Literal::Boolean),
            ColumnType::Code { list } => {
                let list = &self.schema.code_lists[*list];
                let position = list.position(text).and_then(|position| u32::try_from(position).ok());
                if position.is_none() {
                    let mut fault = self.fault(format!("`{text}` is not a code of the list `{}`", list.name));
                    let by_label = list.codes.iter().find(|code| code.label.eq_ignore_ascii_case(text));
                    fault.hint = match by_label {
                        Some(code) => Some(format!("`{text}` is the label of the code `{}`", code.code)),
                        None => did_you_mean(text, list.codes.iter().map(|code| code.code.as_str())),
                    };
                    self.faults.push(fault);
                    return None;
                }
                position.map(Literal::Code)
            }
        };
        if literal.is_none() {
            let wanted = match &column.holds {
                ColumnType::Integer { .. } => "a whole number",
                ColumnType::Decimal { .. } => "a decimal number",
                ColumnType::Date { .. } => "a date such as '2020-05-21', as fine as the column's precision",
                ColumnType::DateTime { .. } => "a date and time such as '2020-05-21T13:45:00'",
                _ => "`true` or `false`",
            };
            self.faults.push(self.fault(format!("`{}` must be compared with {wanted}, not `{text}`", column.name)));
        }
        literal
    }
}

fn negate(negated: bool, filter: Filter) -> Filter {
    if negated { Filter::Not(Box::new(filter)) } else { filter }
}

fn shorten(text: &str) -> String {
    if text.chars().count() > 40 { text.chars().take(40).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn no_filter_takes_the_parser_long() {
        // Half of what a main thread has: a test's own thread has a quarter, and frames of this build are large.
        let reads = std::thread::Builder::new().stack_size(4 << 20).spawn(read_many);
        assert!(reads.is_ok_and(|reads| reads.join().is_ok()));
    }

    fn read_many() {
        let closed =
            |open: &str, levels: usize, close: &str| format!("{}a = 1{}", open.repeat(levels), close.repeat(levels));
        for levels in [DEEPEST, DEEPEST + 1, 34, 1000] {
            for (open, close) in [
                ("NOT (", ")"),
                ("(", ")"),
                ("NOT ", ""),
                ("NOT -- it isn't\n(", ")"),
                ("((", "))"),
                ("a(", ")"),
                ("a IN (", ")"),
                ("EXISTS (", ")"),
                ("CASE WHEN ", " END"),
                ("CAST(", " AS INT)"),
                ("[", "]"),
                ("{", "}"),
                ("a[", "]"),
                ("- ", ""),
                ("+", ""),
                ("a = ", ""),
                ("a BETWEEN ", " AND b"),
                ("INTERVAL ", ""),
                ("a AND NOT (", ")"),
                ("a LIKE ", ""),
                ("'' '", "'"),
                ("CAST(a AS ARRAY<", ">)"),
                ("ARRAY<", ">"),
                ("CAST(a AS STRUCT<b ", ">)"),
                ("STRUCT<b ", ">"),
                ("PRIOR ", ""),
                ("NOT - ", ""),
                ("NOT a BETWEEN 1 AND ", ""),
                ("INTERVAL a BETWEEN 1 AND ", ""),
                ("a = NOT ", ""),
                ("NOT a = ", ""),
                ("NOT NOT NOT (", ")"),
                ("NOT NOT NOT - (", ")"),
                ("a AND NOT - ", ""),
                ("a BETWEEN NOT ", " AND b"),
                ("NOT - (", ")"),
                ("(SELECT ", ")"),
                ("(SELECT a FROM ", ")"),
                ("a = ANY (", ")"),
                ("(a, ", ")"),
                ("CAST(a AS ROW(a ", "))"),
                ("WITH a AS (", ")"),
                ("VALUES (", ")"),
                ("a -> ", ""),
                ("NOT CASE WHEN (", ") END"),
            ] {
                for sql in [closed(open, levels, close), open.repeat(levels)] {
                    let begun = Instant::now();
                    let read = parse(&sql);
                    assert!(begun.elapsed() < Duration::from_secs(1), "{levels} of `{open}`");
                    if levels == 34 && ["NOT (", "(", "NOT ", "NOT -- it isn't\n("].contains(&open) {
                        let message = read.err().unwrap_or_default();
                        assert!(message.contains("nested too deeply"), "{open}: {message}");
                    }
                }
            }
        }
        assert!(parse(&closed("NOT (", DEEPEST, ")")).is_ok());
        assert!(parse("street = '((((((((((((((((((('").is_ok());
    }
}
