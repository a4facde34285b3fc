//! One line of text for what an event says, so that a story can stand beside its record.

use event::event::{
    Ask, Detail, End, HandOver, Launch, Market, Protect, RespawnerRef, Started, Template, TemplateRef,
};
use event::{Event, FailureKind};

/// `makes: count × machine; and what else is told`.
pub(crate) fn tell(event: &Event) -> String {
    let told = match &event.detail {
        Detail::Launch(launch) => tell_launch(launch),
        Detail::Template(template) => tell_template(template),
        Detail::End(end) => tell_end(end),
        Detail::Protect(Protect { instances, on }) => format!("protect {on}: {}", instances.join(" ")),
        Detail::HandOver(HandOver::Instances { ids }) => format!("hand over: {}", ids.join(" ")),
        other => format!("{other:?}"),
    };
    match &event.failure {
        Some(failure) if failure.kind == FailureKind::DryRun => format!("dry run of {told}"),
        Some(_) => format!("refused {told}"),
        None => told,
    }
}

fn tell_launch(launch: &Launch) -> String {
    let asks: Vec<String> = launch.asks.iter().map(tell_ask).collect();
    let mut parts = vec![format!("{:?}: {}", launch.makes, asks.join(" + "))];
    let mut add = |label: &str, text: Option<String>| {
        parts.extend(text.map(|text| format!("{label} {text}")));
    };
    let got: Vec<String> = launch.got.iter().map(tell_started).collect();
    add("got", (!got.is_empty()).then(|| got.join(" ")));
    add("from", launch.template.as_ref().map(tell_ref));
    add("as", launch.respawner.as_ref().map(tell_respawner));
    add("also", launch.also.first().map(tell_respawner));
    add("for", launch.made_by.as_ref().map(tell_respawner));
    add("up to", launch.ceiling.map(|ceiling| ceiling.to_string()));
    add("image", launch.image.clone());
    add("profile", launch.profile.clone());
    add("key", launch.key_name.clone());
    let flags = [
        (launch.market == Market::Spot, "spot"),
        (launch.protected, "protected"),
        (launch.user_data, "user data"),
        (launch.weighted, "weighted"),
        (launch.response_omitted, "answer omitted"),
    ];
    parts.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()));
    parts.join("; ")
}

fn tell_ask(ask: &Ask) -> String {
    let name = ask.unit.as_ref().map_or("?", |unit| unit.name.as_str());
    if ask.min == ask.max {
        format!("{} × {name}", ask.max)
    } else {
        format!("{}-{} × {name}", ask.min, ask.max)
    }
}

fn tell_started(started: &Started) -> String {
    match &started.unit {
        Some(unit) => format!("{}={}", started.id, unit.name),
        None => started.id.clone(),
    }
}

fn tell_ref(template: &TemplateRef) -> String {
    format!("{template:?}").replace("(\"", " ").replace("\")", "")
}

fn tell_respawner(respawner: &RespawnerRef) -> String {
    format!("{:?} {}", respawner.kind, respawner.name)
}

fn tell_template(template: &Template) -> String {
    let refs: Vec<String> = template.refs.iter().map(tell_ref).collect();
    let units: Vec<&str> = template.units.iter().map(|unit| unit.name.as_str()).collect();
    let mut parts = vec![format!("template {}: {}", refs.join(", "), units.join(" "))];
    parts.extend(template.image.as_ref().map(|image| format!("image {image}")));
    parts.extend(template.profile.as_ref().map(|profile| format!("profile {profile}")));
    if template.count != 1 {
        parts.push(format!("{} at once", template.count));
    }
    let flags = [(template.user_data, "user data"), (template.protected, "protected")];
    parts.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()));
    parts.join("; ")
}

fn tell_end(end: &End) -> String {
    let mut parts = vec![format!("{:?}", end.kind)];
    parts.extend(end.ids.iter().cloned());
    parts.extend(end.respawner.as_ref().map(tell_respawner));
    parts.extend(end.size.map(|size| format!("to {size}")));
    parts.join(" ")
}
