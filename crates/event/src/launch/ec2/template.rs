//! Launch templates.

use super::instances::machine;
use crate::event::{Template, TemplateRef, Unit};
use crate::launch::call::{Call, Node};
use crate::launch::{Row, template, unit};

pub(crate) const ROWS: &[Row] = &[
    template("ec2", "CreateLaunchTemplate", launch_template),
    template("ec2", "CreateLaunchTemplateVersion", launch_template),
];

fn launch_template(call: &Call<'_>) -> Template {
    let made = call.response.first_of(&["launchTemplate", "launchTemplateVersion"]);
    let find = |name: &str| made.get(name).owned().or_else(|| call.request.get(name).owned());
    let id = find("launchTemplateId").map(TemplateRef::LaunchTemplateId);
    let name = find("launchTemplateName").map(TemplateRef::LaunchTemplateName);
    stored(id.into_iter().chain(name).collect(), call.request.get("launchTemplateData"))
}

/// A stored description from the members that templates and launch configurations share.
pub(crate) fn stored(refs: Vec<TemplateRef>, data: Node<'_>) -> Template {
    let launch = machine(data);
    let typed = data.get("instanceType").text().map(unit::ec2);
    let required: Option<Unit> = unit::requirements(data.get("instanceRequirements"));
    Template {
        refs,
        units: typed.or(required).into_iter().collect(),
        image: data.get("imageId").owned(),
        user_data: launch.user_data,
        protected: launch.protected,
        profile: launch.profile,
        ..Template::default()
    }
}
