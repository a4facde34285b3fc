//! Facts that are supposed: with an event more, an event less, or an event that was another.
//!
//! An explanation asks what the verdict would have been otherwise. It takes a copy of the facts,
//! changes one of them, and has it judged; nothing else ever calls this.
//!
//! Blind spots: of records that were only skimmed no event is left, so what a profile learnt from
//! them cannot be taken back.

use event::{Delivery, Event};

use super::dossier::{Dossier, Rank};
use super::evidence::{EventId, pack_key};
use super::instances::SpelledPlace;
use super::names::{Name, Spelled};
use super::{Account, Facts, Filed};
use crate::profile::{agent_family, network_of};

impl Facts {
    /// Adds an event, and what its record would have added to the profiles. Its coverage is not added.
    pub fn suppose(&mut self, event: Event) {
        let address = event.address.to_string();
        let region = self.names.name(&event.region);
        let service = self.names.name(&event.source);
        let agent = agent_family(&event.agent);
        let mut agent = Spelled::of(&agent, &self.names);
        let network = self.names.name(&network_of(&address));
        let principal = self.names.name(&event.actor.principal);
        let account = self.names.name(&event.account);
        let by_hand = !event.actor.is_service_made() && !event.address.is_service();
        let mut spelled = by_hand.then(|| Spelled::of(&address, &self.names));
        let dossier = self.dossiers.number(principal, || Dossier::new(principal));
        let dossier = self.dossiers.at(dossier);
        dossier.note_place(region, spelled.as_mut(), event.time, &mut self.names);
        dossier.note_service(service, event.time, &mut self.names);
        if by_hand {
            let acted_from = event.succeeded().then_some(network);
            dossier.note_hand(&mut agent, acted_from, event.time, &mut self.names);
            let number = self.accounts.number(account, || Account::new(account));
            let account = self.accounts.at(number);
            account.note(network, event.time, &mut self.names);
            if event.succeeded() {
                account.note_change(region, network, event.time, &mut self.names);
            }
            self.suppose_place(&event, agent, region);
        }
        self.insert(event);
    }

    fn suppose_place(&mut self, event: &Event, agent: Spelled<'_>, region: Name) {
        let Some(instance) = &event.actor.instance else { return };
        let id = self.names.name(&instance.id);
        let number = self.instances.number(id, || Filed::new(id));
        let delivery = match event.actor.delivery {
            Some(Delivery::V1) => "1",
            Some(Delivery::V2) => "2",
            None => "",
        };
        let address = event.address.to_string();
        let mut place = SpelledPlace {
            address: Spelled::of(&address, &self.names),
            agent,
            delivery: self.names.name(delivery),
            endpoint: self.names.name(event.endpoint.as_deref().unwrap_or_default()),
            region,
        };
        let principal = self.names.name(&event.actor.principal);
        let key = event.actor.key.as_deref().map(|key| pack_key(key, &mut self.names));
        let id = || EventId::of(&event.id);
        self.instances.at(number).note(principal, &mut place, key, event.time, id, &mut self.names);
    }

    /// Takes an event back. What its record added to the profiles stays.
    pub fn forget(&mut self, event: &Event) {
        if let Some(name) = self.names.find(&event.actor.principal)
            && let Some(number) = self.dossiers.numbers.get(&name)
        {
            self.dossiers.all[*number as usize].forget(&Rank::of(event));
        }
    }

    /// Puts an event in the place of another.
    pub fn replace(&mut self, event: &Event, by: Event) {
        self.forget(event);
        self.insert(by);
    }
}
