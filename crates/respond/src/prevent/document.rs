//! Policies: statements gathered into documents that AWS accepts.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Attach, Guardrail};

/// Characters of a service control policy (AWS Organizations quotas).
const SCP_CHARACTERS_MAX: usize = 5_120;

/// Characters of a managed policy, spaces left out (IAM quotas).
const MANAGED_CHARACTERS_MAX: usize = 6_144;

/// A policy, ready to be attached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// To what.
    pub attach: Attach,
    /// The guardrails in it.
    pub guardrails: Vec<&'static str>,
    /// Its length as AWS counts it: without white space.
    pub characters: usize,
    /// The length that AWS allows.
    pub characters_max: usize,
    /// The policy.
    pub policy: Value,
}

/// Gathers statements into as few documents as the limits allow, in the order of the guardrails.
pub(super) fn pack(guardrails: &[Guardrail]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for guardrail in guardrails {
        let room =
            documents.iter_mut().find(|known| known.attach == guardrail.attach && known.has_room(guardrail));
        match room {
            Some(document) => document.add(guardrail),
            None => documents.push(Document::of(guardrail)),
        }
    }
    documents
}

impl Document {
    fn of(guardrail: &Guardrail) -> Self {
        let characters_max = match guardrail.attach {
            Attach::Organization => SCP_CHARACTERS_MAX,
            Attach::Principal(_) => MANAGED_CHARACTERS_MAX,
        };
        let mut document = Self {
            attach: guardrail.attach.clone(),
            guardrails: Vec::new(),
            characters: 0,
            characters_max,
            policy: json!({ "Version": "2012-10-17", "Statement": [] }),
        };
        document.add(guardrail);
        document
    }

    fn has_room(&self, guardrail: &Guardrail) -> bool {
        let more: usize = guardrail.statements.iter().map(|statement| statement.to_string().len() + 1).sum();
        self.characters + more <= self.characters_max
    }

    fn add(&mut self, guardrail: &Guardrail) {
        self.guardrails.push(guardrail.name);
        if let Some(statements) = self.policy["Statement"].as_array_mut() {
            statements.extend(guardrail.statements.iter().cloned());
        }
        self.characters = self.policy.to_string().len();
    }
}
