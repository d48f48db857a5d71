//! Error messages that point at the text they are about.

use crate::source::{Place, Sources};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;

/// Messages shown at once; the rest is counted.
const SHOWN_MAX: usize = 20;

/// One message. Boxed, because it often is the error of a small result.
#[derive(Debug, Clone)]
pub(crate) struct Diagnostic(Box<Message>);

#[derive(Debug, Clone)]
struct Message {
    title: String,
    /// The place to blame, with what to say right there.
    primary: Option<(Place, Option<String>)>,
    /// Other places that take part, each with what to say there.
    contexts: Vec<(Place, String)>,
    notes: Vec<String>,
    help: Option<String>,
}

impl Diagnostic {
    /// A message without a place.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self(Box::new(Message {
            title: clean(title),
            primary: None,
            contexts: Vec::new(),
            notes: Vec::new(),
            help: None,
        }))
    }

    /// The place to blame.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.primary = Some((place, None));
        self
    }

    /// The place to blame, with what to say right there.
    pub(crate) fn label(mut self, place: Place, label: impl Into<String>) -> Self {
        self.0.primary = Some((place, Some(clean(label))));
        self
    }

    /// Another place that takes part.
    pub(crate) fn context(mut self, place: Place, label: impl Into<String>) -> Self {
        self.0.contexts.push((place, clean(label)));
        self
    }

    /// Something to know.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(clean(note));
        self
    }

    /// What would be right.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(clean(help));
        self
    }

    /// What would be right, where that can be said.
    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.0.help = help.map(clean);
        self
    }

    /// The place to blame.
    pub(crate) fn place(&self) -> Option<Place> {
        self.0.primary.as_ref().map(|(place, _)| *place)
    }

    fn render(&self, sources: &Sources, renderer: &Renderer) -> String {
        let mut group = Group::with_title(Level::ERROR.primary_title(self.0.title.as_str()));
        for snippet in self.snippets(sources) {
            group = group.element(snippet);
        }
        for note in &self.0.notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        if let Some(help) = &self.0.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }

    /// One snippet for each text that is pointed at, the blamed one first.
    fn snippets<'a>(
        &'a self,
        sources: &'a Sources,
    ) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let primary = self
            .0
            .primary
            .iter()
            .map(|(place, label)| (AnnotationKind::Primary, *place, label.as_deref()));
        let contexts = self
            .0
            .contexts
            .iter()
            .map(|(place, label)| (AnnotationKind::Context, *place, Some(label.as_str())));
        let annotations: Vec<_> = primary.chain(contexts).collect();
        let mut order: Vec<usize> = Vec::new();
        for (_, place, _) in &annotations {
            if !order.contains(&place.source) {
                order.push(place.source);
            }
        }
        let snippet = |index: usize| {
            let source = sources.get(index)?;
            let here = annotations
                .iter()
                .filter(|(_, place, _)| place.source == index);
            let marks =
                here.map(|(kind, place, label)| kind.span(sources.span(*place)).label(*label));
            Some(
                Snippet::source(source.text.as_str())
                    .path(source.label.as_str())
                    .annotations(marks),
            )
        };
        order.into_iter().filter_map(snippet).collect()
    }
}

/// A text that cannot do anything to a terminal or fill it: names in it come from files.
fn clean(text: impl Into<String>) -> String {
    const CHARACTERS_MAX: usize = 2000;
    let text = text.into();
    text.chars()
        .take(CHARACTERS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Everything that is wrong with a workflow.
#[derive(Debug)]
pub struct Diagnostics {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(crate) fn new(sources: Sources, diagnostics: Vec<Diagnostic>) -> Box<Self> {
        Box::new(Self {
            sources,
            diagnostics,
        })
    }

    /// How many errors there are; at least 1.
    pub fn count(&self) -> usize {
        self.diagnostics.len()
    }

    /// The messages with the lines they are about, with or without colors.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let shown = self.diagnostics.iter().take(SHOWN_MAX);
        let mut messages: Vec<_> = shown
            .map(|diagnostic| diagnostic.render(&self.sources, &renderer))
            .collect();
        if let Some(more) = self.count().checked_sub(SHOWN_MAX).filter(|&more| more > 0) {
            let title = Level::NOTE.primary_title(format!("and {more} more"));
            messages.push(renderer.render(&[Group::with_title(title)]));
        }
        messages.join("\n\n")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
