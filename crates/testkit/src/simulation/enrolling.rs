//! People get codes in the middle of a story: for the phone that they have, for the same one after everything in it was deleted,
//! and for another one beside it.

use super::broken::Promise;
use super::centre::Centre;
use super::phone::Phone;
use super::random::Chance;
use super::world::World;

/// The most phones there are, copies and later ones included.
pub const MOST_PHONES: usize = 6;

impl World {
    /// The person of a phone gets a new code.
    pub fn enrol_anew(&mut self, number: usize, chance: &mut Chance) -> Result<(), Promise> {
        let told = match chance.below(3) {
            0 => {
                self.phone(number)?.log_out()?;
                "is enrolled anew"
            }
            1 => {
                let arrived = self.centre.everything_that_arrived()?;
                self.phone(number)?.clear(&arrived)?;
                "is cleared and enrolled anew"
            }
            _ => return self.enrol_another(number),
        };
        self.enrol(number, chance.percent(30))?;
        self.tell(format!("phone {number} {told}"));
        Ok(())
    }

    fn enrol_another(&mut self, number: usize) -> Result<(), Promise> {
        if self.phones.len() >= MOST_PHONES {
            return Ok(());
        }
        let (folder, chance) = self.next_phone();
        let (person, mutation) = (self.phone(number)?.person, self.centre.mutation);
        let mut phone = Phone::new(person, folder, self.clock.wrong_by(0), chance, None)?;
        phone.mutation = mutation;
        self.phones.push(phone);
        let another = self.phones.len().saturating_sub(1);
        self.enrol(another, false)?;
        self.tell(format!("{person} gets phone {another} as well"));
        Ok(())
    }

    /// A phone gets a code and uses it, also where the first answer is lost.
    fn enrol(&mut self, number: usize, answer_is_lost: bool) -> Result<(), Promise> {
        let person = self.phone(number)?.person;
        let code = self.insistently(|centre| centre.enrolment_code(person))?;
        if answer_is_lost {
            let request = self.phone(number)?.prepare_enrolment(&code)?;
            self.insistently(|centre| centre.enrol(&request))?;
        }
        let request = self.phone(number)?.prepare_enrolment(&code)?;
        let answer = self.insistently(|centre| centre.enrol(&request))?;
        self.phone(number)?.accept_enrolment(&request, answer)
    }

    /// Asks the server once more where it could not: it is started again then.
    fn insistently<T>(&mut self, mut ask: impl FnMut(&mut Centre) -> Result<Option<T>, Promise>) -> Result<T, Promise> {
        match ask(&mut self.centre)? {
            Some(answer) => Ok(answer),
            None => ask(&mut self.centre)?.ok_or_else(|| Promise::broken("a server that was started again cannot")),
        }
    }
}
