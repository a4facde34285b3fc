//! Weeks in which nothing happens.

use crate::stage::Stage;

/// Adds nothing.
pub(crate) fn play(stage: &mut Stage) {
    stage.truth.note = "ordinary life alone".into();
}
