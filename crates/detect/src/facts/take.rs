//! Taking in a record: which lane it is for, what the profiles note of it, and what is kept.

use std::borrow::Cow;

use event::decode::Sketch;
use event::notable::Lane;
use event::skim::{Field, Skimmed};
use event::{DecodeError, Event, Time};

use super::account::Account;
use super::brief::Brief;
use super::dossier::{Dossier, LookKey, Rank};
use super::evidence::{EventId, pack_key};
use super::glance::{Call, changes, stamp};
use super::instances::SpelledPlace;
use super::names::{Name, Spelled};
use super::scene::{self, Hand, Scene, View};
use super::{Caller, Facts, Filed, Taken, issued_key};

/// The years of which records are believed: a record of another year is no record of AWS's.
const YEARS: std::ops::RangeInclusive<i64> = 2006..=2099;

impl Facts {
    /// Takes in one record.
    pub fn take(&mut self, record: &Skimmed<'_>) -> Taken {
        let Some(time) = self.glances.time(record) else {
            return Taken::Rejected(format!(
                "no readable time (eventTime is {:?})",
                stamp(record).unwrap_or_default()
            ));
        };
        if !self.span.holds(time) {
            return Taken::Outside;
        }
        if !is_believable(time) {
            return Taken::Rejected(format!("a time at which AWS keeps no records ({time})"));
        }
        let call = self.glances.call(record, &mut self.names);
        let caller = self.note(record, time, call);
        match call.lane {
            Lane::Skim => Taken::Skimmed,
            Lane::Look => self.take_look(record, time, caller),
            // A service fetches the sessions of its own functions and machines all day. Nobody's hand is behind that call, so
            // the session has no issuer, and whoever made the function or machine is found by its name.
            Lane::Whole if call.issues && caller.dossier.is_none() => Taken::Skimmed,
            Lane::Whole => self.take_whole(record),
        }
    }

    fn take_whole(&mut self, record: &Skimmed<'_>) -> Taken {
        let taken = match self.read(record) {
            Ok(Read::Brief(brief)) => self.insert_issued(brief),
            Ok(Read::Event(event)) => self.insert(*event),
            Err(DecodeError::NotNotable { .. }) => return Taken::Skimmed,
            Err(error) => return Taken::Rejected(error.to_string()),
        };
        match taken {
            Taken::Duplicate => self.duplicates += 1,
            _ => self.events += 1,
        }
        taken
    }

    /// Decodes a record: from the skim where that tells everything, else by parsing it. An issued session is packed at once.
    fn read(&mut self, record: &Skimmed<'_>) -> Result<Read, DecodeError> {
        if let Some(sketch) = Sketch::of(record) {
            if issued_key(&sketch.detail).is_some()
                && let Some(brief) = self.pack(&sketch, record)
            {
                return Ok(Read::Brief(brief));
            }
            if let Some(event) = sketch.event() {
                return Ok(Read::Event(Box::new(event)));
            }
        }
        event::decode(record.raw()).map(|event| Read::Event(Box::new(event)))
    }

    fn pack(&mut self, sketch: &Sketch<'_>, record: &Skimmed<'_>) -> Option<Brief> {
        Brief::of_sketch(sketch, record, &mut self.actors, &mut self.names, &mut self.kinds)
    }

    pub(super) fn insert(&mut self, event: Event) -> Taken {
        if issued_key(&event.detail).is_some()
            && let Some(brief) = Brief::pack(&event, &mut self.names, &mut self.kinds)
        {
            return self.insert_issued(brief);
        }
        let principal = self.names.name(&event.actor.principal);
        let dossier = self.dossiers.number(principal, || Dossier::new(principal));
        self.dossiers.at(dossier).insert(Rank::of(&event), event)
    }

    /// Keeps the first look-up of its kind a day and place, and decodes no other.
    fn take_look(&mut self, record: &Skimmed<'_>, time: Time, caller: Caller) -> Taken {
        let name = text(record, Field::EventName);
        let address = text(record, Field::SourceIpAddress);
        let dossier = self.dossiers.number(caller.principal, || Dossier::new(caller.principal));
        if !self.dossiers.at(dossier).wants_look(time, [&name, &address], &self.names) {
            return Taken::Skimmed;
        }
        let packed = Sketch::of(record).and_then(|sketch| self.pack(&sketch, record));
        let look = match packed {
            Some(look) => Some(look),
            None => match event::decode(record.raw()) {
                Ok(event) => Brief::pack(&event, &mut self.names, &mut self.kinds),
                Err(DecodeError::NotNotable { .. }) => None,
                Err(error) => return Taken::Rejected(error.to_string()),
            },
        };
        if let Some(look) = look {
            let [name, address] = [name, address].map(|text| self.names.name(&text));
            let key = LookKey { day: time.day(), name, address };
            self.dossiers.at(dossier).look(key, look, &self.names, &self.kinds);
        }
        Taken::Skimmed
    }

    /// Notes a record in the coverage and in the profiles of its principal, account and instance.
    fn note(&mut self, record: &Skimmed<'_>, time: Time, call: Call) -> Caller {
        let view = View::of(record);
        let known = view.as_ref().and_then(|view| self.scenes.known(view, time)).copied();
        let scene = known.unwrap_or_else(|| {
            let (scene, since) = self.note_scene(record, time);
            if let Some(view) = view.filter(|_| scene.caller.is_plain) {
                self.scenes.learn(&view, time.day(), since, scene);
            }
            scene
        });
        self.cover(scene.account, scene.region, time);
        let Some(dossier) = scene.caller.dossier else { return scene.caller };
        self.dossiers.at(dossier).note_service(call.service, time, &mut self.names);
        if let Some(hand) = scene.hand {
            self.note_hand(record, time, call, (&scene, hand, dossier));
        }
        scene.caller
    }

    /// Notes who calls from where: what is the same for all calls from one place. Returns since when a call from there on
    /// the same day would change nothing.
    fn note_scene(&mut self, record: &Skimmed<'_>, time: Time) -> (Scene, Time) {
        let region = self.glances.name(record.bytes(Field::AwsRegion), &mut self.names);
        let account = self.glances.name(scene::account(record), &mut self.names);
        let caller = self.caller(record);
        let mut scene = Scene { caller, account, region, hand: None };
        let Some(dossier) = caller.dossier else { return (scene, Time::MIN) };
        let address = text(record, Field::SourceIpAddress);
        let by_service = record.bytes(Field::InvokedBy).is_some()
            || address.ends_with(".amazonaws.com")
            || address == "AWS Internal";
        let account = self.accounts.number(account, || Account::new(account));
        let mut spelled = (!by_service).then(|| Spelled::of(&address, &self.names));
        let here = self.dossiers.at(dossier).note_place(region, spelled.as_mut(), time, &mut self.names);
        if by_service {
            return (scene, here);
        }
        let network = self.glances.network(record, &mut self.names);
        let there = self.accounts.at(account).note(network, time, &mut self.names);
        let instance_at = caller.instance.map(|_| {
            let delivery = text(record, Field::Ec2RoleDelivery);
            let delivery = delivery.split('.').next().unwrap_or_default();
            let endpoint = self.glances.name(record.bytes(Field::VpcEndpointId), &mut self.names);
            [self.names.name(delivery), endpoint]
        });
        let address = spelled.and_then(Spelled::known);
        scene.hand = Some(Hand { account, network, instance_at, address });
        (scene, here.max(there))
    }

    /// Notes what a caller that is no service did: with which agent, and whether it changed something.
    fn note_hand(
        &mut self,
        record: &Skimmed<'_>,
        time: Time,
        call: Call,
        (scene, hand, dossier): (&Scene, Hand, u32),
    ) {
        let agent = self.glances.agent(record, &self.names);
        let mut agent =
            agent.as_ref().map_or_else(|family| Spelled::New(family), |name| Spelled::Known(*name));
        let acted_from = changes(record, call).then_some(hand.network);
        self.dossiers.at(dossier).note_hand(&mut agent, acted_from, time, &mut self.names);
        if acted_from.is_some() {
            self.accounts.at(hand.account).note_change(scene.region, hand.network, time, &mut self.names);
        }
        if let (Some(instance), Some([delivery, endpoint])) = (scene.caller.instance, hand.instance_at) {
            let address = text(record, Field::SourceIpAddress);
            let address = hand.address.map_or_else(|| Spelled::of(&address, &self.names), Spelled::Known);
            let mut place = SpelledPlace { address, agent, delivery, endpoint, region: scene.region };
            self.note_instance(record, scene.caller.principal, instance, &mut place, time);
        }
    }

    fn cover(&mut self, account: Name, region: Name, time: Time) {
        self.coverage.stretch(time);
        let here = (account, region, time.hour());
        if self.covered != Some(here) {
            self.covered = Some(here);
            self.coverage.note(self.names.text(account), self.names.text(region), time);
        }
    }

    fn note_instance(
        &mut self,
        record: &Skimmed<'_>,
        role: Name,
        instance: u32,
        place: &mut SpelledPlace<'_>,
        time: Time,
    ) {
        let key = record
            .bytes(Field::AccessKeyId)
            .map(|_| pack_key(&text(record, Field::AccessKeyId), &mut self.names));
        let id = || EventId::of(&text(record, Field::EventId));
        self.instances.at(instance).note(role, place, key, time, id, &mut self.names);
    }

    /// The record's caller, and the places that hold what is known of it.
    fn caller(&mut self, record: &Skimmed<'_>) -> Caller {
        let (names, dossiers, instances) = (&mut self.names, &mut self.dossiers, &mut self.instances);
        self.callers.find(record, |identity| {
            let principal = names.name(&identity.principal);
            let dossier =
                (!identity.is_service).then(|| dossiers.number(principal, || Dossier::new(principal)));
            let instance = identity.instance.as_deref().map(|id| {
                let id = names.name(id);
                instances.number(id, || Filed::new(id))
            });
            Caller { principal, dossier, instance, is_plain: identity.is_plain }
        })
    }
}

/// What was read of a record that is kept.
enum Read {
    /// A session that was issued.
    Brief(Brief),
    Event(Box<Event>),
}

/// Whether AWS could have kept a record of this time.
fn is_believable(time: Time) -> bool {
    // A year has 365.2425 days; at the edges of the range a day more or less is of no concern.
    let year = 1970 + time.seconds().div_euclid(31_556_952);
    YEARS.contains(&year)
}

/// The text of a field; of an absent one, the empty text. Nearly all are plain and are borrowed without a second look.
fn text<'a>(record: &Skimmed<'a>, field: Field) -> Cow<'a, str> {
    record.text(field).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_at_which_there_was_no_aws_is_not_believed() {
        for (time, is_believed) in [
            ("1970-01-01T00:00:00Z", false),
            ("2005-06-01T00:00:00Z", false),
            ("2013-11-13T00:00:00Z", true),
            ("2098-01-01T00:00:00Z", true),
            ("9999-12-31T23:59:59Z", false),
        ] {
            assert_eq!(Time::parse(time).map(is_believable), Some(is_believed), "{time}");
        }
    }
}
